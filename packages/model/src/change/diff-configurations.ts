import type { Configuration } from '../configuration/configuration.ts';
import { entityCodec } from '../json/change-codec.ts';
import type { ChangeOperation, ConfigurationChange, EntityPosition } from './configuration-change.ts';
import {
  ENTITY_KINDS,
  ENTITY_LISTS,
  type Entity,
  type EntityKey,
  type EntityKind,
  entityId,
  entityKey,
} from './entity.ts';

/** Gives the revision an entity had when the caller read it; 0 when it did not exist. */
export type RevisionLookup = (key: EntityKey) => number;

/**
 * The change that turns one configuration into another. With `revisions` every operation expects the revision the
 * entity had in `before`, so that the change is refused if somebody else wrote the same object meanwhile.
 */
export function diffConfigurations(
  before: Configuration,
  after: Configuration,
  revisions?: RevisionLookup,
): ConfigurationChange {
  const deletes: ChangeOperation[] = [];
  const puts: ChangeOperation[] = [];
  for (const kind of ENTITY_KINDS) diffKind(kind, before, after, revisions, deletes, puts);
  return { operations: [...deletes, ...puts] };
}

function diffKind(
  kind: EntityKind,
  before: Configuration,
  after: Configuration,
  revisions: RevisionLookup | undefined,
  deletes: ChangeOperation[],
  puts: ChangeOperation[],
): void {
  const old = new Map(entitiesOfKind(before, kind).map((each) => [entityId(each), each]));
  const wanted = entitiesOfKind(after, kind);
  const kept = new Set(wanted.map(entityId));
  const expect = (key: EntityKey): { expectedRevision?: number } =>
    revisions ? { expectedRevision: revisions(key) } : {};
  for (const [id, entity] of old)
    if (!kept.has(id)) deletes.push({ kind: 'delete', entityKind: kind, id, ...expect(entityKey(entity)) });
  const steady = longestSteadyRun(
    [...old.keys()].filter((id) => kept.has(id)),
    wanted.map(entityId),
  );
  const append = lastSteadyIndex(wanted, steady);
  wanted.forEach((entity, index) => {
    const id = entityId(entity);
    const known = old.get(id);
    const moved = !steady.has(id) && (known !== undefined || index < append);
    if (known && !moved && same(known, entity)) return;
    const position = moved ? { position: place(wanted, index) } : {};
    puts.push({ kind: 'put', entity, ...expect(entityKey(entity)), ...position });
  });
}

function entitiesOfKind(configuration: Configuration, kind: EntityKind): Entity[] {
  return configuration[ENTITY_LISTS[kind]].map((value) => ({ kind, value }) as Entity);
}

function same(a: Entity, b: Entity): boolean {
  return (
    a.value === b.value || JSON.stringify(entityCodec.encode(a)) === JSON.stringify(entityCodec.encode(b))
  );
}

function place(wanted: readonly Entity[], index: number): EntityPosition {
  const previous = wanted[index - 1];
  return previous ? { at: 'after', id: entityId(previous) } : { at: 'first' };
}

/** Index in `wanted` after which everything is new and can simply be appended. */
function lastSteadyIndex(wanted: readonly Entity[], steady: ReadonlySet<string>): number {
  return wanted.findLastIndex((each) => steady.has(entityId(each)));
}

/**
 * A largest set of ids that already stand in the wanted order, so that only the others have to move: the longest
 * increasing subsequence of old positions, by patience sorting in n log n.
 */
function longestSteadyRun(old: readonly string[], wanted: readonly string[]): Set<string> {
  const oldIndex = new Map(old.map((id, index) => [id, index]));
  const common = wanted.filter((id) => oldIndex.has(id));
  const positions = common.map((id) => oldIndex.get(id) ?? 0);
  const tails: number[] = [];
  const previous: number[] = [];
  positions.forEach((position, index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((positions[tails[middle] ?? 0] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? (tails[low - 1] ?? -1) : -1;
    tails[low] = index;
  });
  const steady = new Set<string>();
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1)
    steady.add(common[index] ?? '');
  return steady;
}
