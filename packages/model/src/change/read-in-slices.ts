import type { Configuration } from '../configuration/configuration.ts';
import { entityCodec } from '../json/change-codec.ts';
import { CONFIGURATION_LISTS } from '../json/configuration-codec.ts';
import { EMPTY_INDEX, updateIndexInSlices } from '../validate/configuration-index.ts';
import { type EntityKey, entitiesOf, entityKey } from './entity.ts';
import { OverlayMap } from './overlay-map.ts';
import {
  KIND_OF_LIST,
  type RevisionedConfiguration,
  revisionedConfigurationFromJson,
} from './revisioned-configuration.ts';
import { SliceCounter } from './slices.ts';

/** A text of this length is parsed in less than a millisecond. */
const AT_ONCE_CHARS = 64 * 1024;

/**
 * `JSON.parse` in slices, for texts that hold what `revisionedConfigurationText` wrote: lines that begin with an object
 * are entries of a list. What is written otherwise is parsed at once.
 *
 * @throws SyntaxError when it is no JSON
 */
export function* parseInSlices(text: string): Generator<void, unknown> {
  if (text.length <= AT_ONCE_CHARS) return JSON.parse(text);
  const outline: string[] = [];
  const groups: (readonly unknown[])[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (at === 0 || !line.startsWith('{')) {
      outline.push(line);
      continue;
    }
    // Its number stands for it in the outline, in a list whose entries are objects.
    outline.push(String(groups.length));
    groups.push(JSON.parse(`[${line}]`) as readonly unknown[]);
    yield;
  }
  return groups.length === 0 ? JSON.parse(text) : fillIn(JSON.parse(outline.join('')), groups);
}

/** Puts the groups where their numbers are. They can be in the lists of a configuration only. */
function fillIn(json: unknown, groups: readonly (readonly unknown[])[]): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  const filled: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    const isList = Array.isArray(value) && KIND_OF_LIST.has(name);
    filled[name] = isList ? value.flatMap((each) => groups[each as number] ?? [each]) : fillIn(value, groups);
  }
  return filled;
}

/**
 * `revisionedConfigurationFromJson` in slices: some milliseconds of work each, the last of which returns. Pure: the result
 * is the same.
 *
 * @throws HoldfastError JSON_INVALID when it is something else
 */
export function* readConfigurationInSlices(json: unknown): Generator<void, RevisionedConfiguration> {
  const plain = plainOf(json);
  // What is wrong as a whole is not worth slices.
  if (!plain) return revisionedConfigurationFromJson(json);
  const lists: Record<string, unknown[]> = {};
  const slice = new SliceCounter();
  for (const name of CONFIGURATION_LISTS) {
    const values: unknown[] = [];
    lists[name] = values;
    for (const value of plain.configuration[name] as readonly unknown[]) {
      if (slice.isFull()) yield;
      try {
        values.push(entityCodec.decode({ kind: KIND_OF_LIST.get(name), value }, 0).value);
      } catch {
        // Says where it is wrong, in the words of the whole.
        return revisionedConfigurationFromJson(json);
      }
    }
  }
  yield;
  const configuration = lists as unknown as Configuration;
  const entities = entitiesOf(configuration);
  const { counter, revisions } = plain;
  if (entities.length !== revisions.length) return revisionedConfigurationFromJson(json);
  const differences = entities.map((after) => ({ key: entityKey(after), before: undefined, after }));
  const { index } = yield* updateIndexInSlices(EMPTY_INDEX, differences, () => entities);
  const numbers = differences.map(({ key }, at): [EntityKey, number] => [key, revisions[at] as number]);
  return { configuration, revisions: OverlayMap.from(numbers), counter, index };
}

interface PlainSnapshot {
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly counter: number;
  readonly revisions: readonly number[];
}

/** What has the outline of a configuration with revisions, and nothing else. */
function plainOf(json: unknown): PlainSnapshot | undefined {
  const { configuration, counter, revisions, ...others } = (json ?? {}) as Record<string, unknown>;
  if (Object.keys(others).length > 0 || !isCount(counter)) return undefined;
  if (!Array.isArray(revisions) || !revisions.every(isCount)) return undefined;
  if (typeof configuration !== 'object' || configuration === null) return undefined;
  const lists = configuration as Record<string, unknown>;
  const isWhole =
    Object.keys(lists).length === CONFIGURATION_LISTS.length &&
    CONFIGURATION_LISTS.every((name) => Array.isArray(lists[name]));
  return isWhole ? { configuration: lists, counter, revisions } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
