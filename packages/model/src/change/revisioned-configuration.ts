import { type Configuration, EMPTY_CONFIGURATION } from '../configuration/configuration.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import { decodeOrExplain } from '../json/change-codec.ts';
import { type Codec, count, object } from '../json/codec.ts';
import { CONFIGURATION_LISTS, configurationCodec } from '../json/configuration-codec.ts';
import { entityText } from '../json/entity-text.ts';
import { type ConfigurationIndex, EMPTY_INDEX, updateIndex } from '../validate/configuration-index.ts';
import {
  ENTITY_KINDS,
  ENTITY_LISTS,
  type Entity,
  type EntityKey,
  type EntityKind,
  entitiesOf,
  entityKey,
} from './entity.ts';
import { OverlayMap } from './overlay-map.ts';
import { OPERATIONS_PER_SLICE } from './slices.ts';

/** The kind of the entities in each list of a configuration. */
export const KIND_OF_LIST: ReadonlyMap<string, EntityKind> = new Map(
  ENTITY_KINDS.map((kind) => [ENTITY_LISTS[kind], kind]),
);

/**
 * The replicated configuration: what operators configured, and for each entity the number of the change that last
 * wrote it. Immutable; `applyChange` returns the next one and shares with it what did not change.
 */
export interface RevisionedConfiguration {
  readonly configuration: Configuration;
  readonly revisions: OverlayMap<EntityKey, number>;
  /** Number of changes applied so far; the next change gets the next number. */
  readonly counter: number;
  /** Derived from `configuration`; kept so that checking a change costs what the change touches. */
  readonly index: ConfigurationIndex;
}

/** The state of a cluster in which nothing was configured yet. */
export const EMPTY_REVISIONED_CONFIGURATION: RevisionedConfiguration = {
  configuration: EMPTY_CONFIGURATION,
  revisions: OverlayMap.from<EntityKey, number>([]),
  counter: 0,
  index: EMPTY_INDEX,
};

/**
 * Puts revisions on a configuration that came from elsewhere. Entities without a given revision get `counter`.
 * The configuration is indexed but not checked: use `validateConfiguration` for that.
 */
export function revisionedConfiguration(
  configuration: Configuration,
  counter: number,
  revisions: Iterable<readonly [EntityKey, number]> = [],
): RevisionedConfiguration {
  const entities = entitiesOf(configuration);
  const given = new Map(revisions);
  const differences = entities.map((after) => ({ key: entityKey(after), before: undefined, after }));
  return {
    configuration,
    revisions: OverlayMap.from(differences.map(({ key }) => [key, given.get(key) ?? counter] as const)),
    counter,
    index: updateIndex(EMPTY_INDEX, differences, () => entities).index,
  };
}

interface Snapshot {
  readonly configuration: Configuration;
  readonly counter: number;
  /** Revisions in the order of the entities. */
  readonly revisions: readonly number[];
}

const revisionList: Codec<readonly number[]> = {
  encode: (value) => value,
  decode: (json, depth) => (Array.isArray(json) ? json.map((each) => count.decode(each, depth)) : []),
};

const snapshotCodec = object<Snapshot>({
  configuration: configurationCodec,
  counter: count,
  revisions: revisionList,
});

/** The state as plain JSON with a fixed key order: the same state always gives the same text. */
export function revisionedConfigurationToJson(state: RevisionedConfiguration): unknown {
  const revisions = entitiesOf(state.configuration).map((each) => state.revisions.get(entityKey(each)) ?? 0);
  return snapshotCodec.encode({ configuration: state.configuration, counter: state.counter, revisions });
}

/**
 * The JSON of `revisionedConfigurationToJson` as text, from the texts of the entities. Some entities at a time are on a line
 * of their own, so that `parseInSlices` finds them.
 */
export function revisionedConfigurationText(state: RevisionedConfiguration): string {
  return [...revisionedConfigurationPieces(state)].join('');
}

/** The same text in pieces, each some milliseconds of work, for configurations too large to be written at once. */
export function* revisionedConfigurationPieces(state: RevisionedConfiguration): Generator<string, void> {
  const { configuration, counter } = state;
  for (const [at, name] of CONFIGURATION_LISTS.entries()) {
    yield `${at === 0 ? '{"configuration":{' : ','}"${name}":[`;
    const kind = KIND_OF_LIST.get(name) as EntityKind;
    const values = configuration[name];
    for (let from = 0; from < values.length; from += OPERATIONS_PER_SLICE) {
      const texts = values
        .slice(from, from + OPERATIONS_PER_SLICE)
        .map((value) => entityText({ kind, value } as Entity));
      yield `${from === 0 ? '' : ','}\n${texts.join()}\n`;
    }
    yield ']';
  }
  const revisions = entitiesOf(configuration).map((each) => state.revisions.get(entityKey(each)) ?? 0);
  yield `},"counter":${counter},"revisions":[${revisions.join()}]}`;
}

/** Reads what `revisionedConfigurationToJson` wrote. @throws HoldfastError JSON_INVALID when it is something else. */
export function revisionedConfigurationFromJson(json: unknown): RevisionedConfiguration {
  const { configuration, counter, revisions } = decodeOrExplain(snapshotCodec, json, 'configuration');
  const keys = entitiesOf(configuration).map(entityKey);
  if (keys.length !== revisions.length)
    throw new HoldfastError('JSON_INVALID', {
      what: 'configuration',
      problem: `there are ${keys.length} entities but ${revisions.length} revisions`,
    });
  return revisionedConfiguration(
    configuration,
    counter,
    keys.map((key, index) => [key, revisions[index] ?? 0] as const),
  );
}

/** The revision of one entity; 0 when it does not exist. */
export function revisionOf(state: RevisionedConfiguration, kind: EntityKind, id: string): number {
  return state.revisions.get(`${kind}/${id}`) ?? 0;
}
