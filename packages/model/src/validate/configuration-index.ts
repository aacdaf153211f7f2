import { type Entity, type EntityKey, entityKey } from '../change/entity.ts';
import { OverlayMap } from '../change/overlay-map.ts';
import { finish, OPERATIONS_PER_SLICE, SliceCounter } from '../change/slices.ts';
import { LIMITS } from '../limits.ts';
import { type EntityFacts, factsOf, type IdRole, idKey, type Reference } from './entity-facts.ts';
import type { Finding } from './finding.ts';

interface IdOwner {
  readonly role: IdRole;
  readonly owner: EntityKey;
  /** How many define it; only names of guests may have more than one. */
  readonly count: number;
}

/** What is known across all entities, kept up to date change by change so that a check costs what changed. */
export interface ConfigurationIndex {
  readonly ids: OverlayMap<string, IdOwner>;
  /** How often each id is referred to. */
  readonly referenced: OverlayMap<string, number>;
  readonly bytes: number;
  readonly objects: number;
}

/** The index of an empty configuration. */
export const EMPTY_INDEX: ConfigurationIndex = {
  ids: OverlayMap.from<string, IdOwner>([]),
  referenced: OverlayMap.from<string, number>([]),
  bytes: 0,
  objects: 0,
};

/** One entity before and after a change. */
export interface EntityDifference {
  readonly key: EntityKey;
  readonly before: Entity | undefined;
  readonly after: Entity | undefined;
}

/**
 * Brings the index up to date and checks what spans entities: unique ids, references, total size.
 * `all` gives the entities after the change; it is read only to name the referrer of something removed.
 */
export function updateIndex(
  index: ConfigurationIndex,
  differences: readonly EntityDifference[],
  all: () => Iterable<Entity>,
): UpdatedIndex {
  return finish(updateIndexInSlices(index, differences, all));
}

/** What `updateIndex` found. */
export interface UpdatedIndex {
  readonly index: ConfigurationIndex;
  readonly findings: readonly Finding[];
}

/** The same in slices: some milliseconds of work each, the last of which returns. */
export function* updateIndexInSlices(
  index: ConfigurationIndex,
  differences: readonly EntityDifference[],
  all: () => Iterable<Entity>,
): Generator<void, UpdatedIndex> {
  const findings: Finding[] = [];
  const { ids, counts, bytes, objects } = yield* recount(index, differences, findings);
  if (differences.length > OPERATIONS_PER_SLICE) yield;
  const nextIds = yield* index.ids.withInSlices(ids);
  if (differences.length > OPERATIONS_PER_SLICE) yield;
  const referenced = yield* index.referenced.withInSlices(positiveOnly(counts));
  const next: ConfigurationIndex = { ids: nextIds, referenced, bytes, objects };
  const somethingLost = changedIds(index, ids, counts);
  // Read only here, so that the usual change does not list all entities.
  const checked = somethingLost ? [...all()] : afterOnly(differences);
  const slice = new SliceCounter();
  for (const entity of checked) {
    if (slice.isFull()) yield;
    checkReferences(next, entity, findings);
  }
  checkSize(next, differences, findings);
  return { index: next, findings };
}

/** What a change makes of ids and references: only what differs. */
interface Recount {
  readonly ids: ReadonlyMap<string, IdOwner | undefined>;
  readonly counts: ReadonlyMap<string, number>;
  readonly bytes: number;
  readonly objects: number;
}

function* recount(
  index: ConfigurationIndex,
  differences: readonly EntityDifference[],
  findings: Finding[],
): Generator<void, Recount> {
  const ids = new Map<string, IdOwner | undefined>();
  const counts = new Map<string, number>();
  let { bytes, objects } = index;
  const tally = (references: readonly Reference[], by: number): void => {
    for (const { id } of references) {
      // An instance (`web:0`) is a mention of what it is an instance of, too.
      for (const each of new Set([id, id.replace(/:\d+$/, '')]))
        counts.set(each, (counts.get(each) ?? index.referenced.get(each) ?? 0) + by);
    }
  };
  const current = (place: string): IdOwner | undefined =>
    ids.has(place) ? ids.get(place) : index.ids.get(place);
  const slice = new SliceCounter();
  for (const { before, after } of differences) {
    if (!before) continue;
    if (slice.isFull()) yield;
    const facts = factsOf(before);
    bytes -= facts.bytes;
    objects -= 1;
    if (after && meansTheSame(facts, factsOf(after))) continue;
    for (const { id, role } of facts.ids) {
      const known = current(idKey(id, role));
      ids.set(idKey(id, role), known && known.count > 1 ? { ...known, count: known.count - 1 } : undefined);
    }
    tally(facts.references, -1);
  }
  for (const { key, before, after } of differences) {
    if (!after) continue;
    if (slice.isFull()) yield;
    const facts = factsOf(after);
    bytes += facts.bytes;
    objects += 1;
    if (before && meansTheSame(factsOf(before), facts)) continue;
    for (const { id, role } of facts.ids) {
      const place = idKey(id, role);
      const taken = current(place);
      if (taken && role !== 'guest')
        findings.push({
          level: 'error',
          entity: key,
          id,
          problem: `the id ${id} is used twice${also(taken, key)}`,
        });
      ids.set(place, { role, owner: key, count: role === 'guest' ? (taken?.count ?? 0) + 1 : 1 });
    }
    tally(facts.references, 1);
  }
  return { ids, counts, bytes, objects };
}

/** Only values differ, as in most changes: the same ids, in the same places, and no references. */
function meansTheSame(before: EntityFacts, after: EntityFacts): boolean {
  if (before.references.length > 0 || after.references.length > 0) return false;
  if (before.ids.length !== after.ids.length) return false;
  return before.ids.every(({ id, role }, at) => id === after.ids[at]?.id && role === after.ids[at]?.role);
}

/** True when something that a reference may mean has the id. */
function isDefined(index: ConfigurationIndex, reference: Reference): boolean {
  if (reference.accepts.includes('node') && index.ids.has(idKey(reference.id, 'node'))) return true;
  if (reference.accepts.includes('guest') && index.ids.has(idKey(reference.id, 'guest'))) return true;
  const found = index.ids.get(reference.id);
  if (found) return reference.accepts.includes(found.role);
  // Instances of a clone may be named, as in old configurations: `web:0`.
  const instance = /^(.+):\d+$/.exec(reference.id);
  return instance?.[1] !== undefined && isDefined(index, { ...reference, id: instance[1] });
}

/** Ids that stopped meaning what they meant while something still refers to them. */
function changedIds(
  before: ConfigurationIndex,
  ids: ReadonlyMap<string, IdOwner | undefined>,
  counts: ReadonlyMap<string, number>,
): boolean {
  for (const [place, now] of ids) {
    const old = before.ids.get(place);
    if (!old || old.role === now?.role) continue;
    const id = place.replace(/^(node|guest) /, '');
    if ((counts.get(id) ?? before.referenced.get(id) ?? 0) > 0) return true;
  }
  return false;
}

function checkReferences(index: ConfigurationIndex, entity: Entity, findings: Finding[]): void {
  for (const reference of factsOf(entity).references) {
    if (isDefined(index, reference)) continue;
    const wanted = reference.accepts[0] ?? 'object';
    findings.push({
      level: 'error',
      entity: entityKey(entity),
      id: reference.from,
      problem: `${reference.from} refers to ${wanted} ${reference.id}, which does not exist`,
    });
  }
}

function afterOnly(differences: readonly EntityDifference[]): Entity[] {
  return differences.flatMap(({ after }) => (after ? [after] : []));
}

function checkSize(
  index: ConfigurationIndex,
  differences: readonly EntityDifference[],
  findings: Finding[],
): void {
  const last = differences.at(-1);
  if (!last) return;
  const tell = (problem: string): void => {
    findings.push({ level: 'error', entity: last.key, id: last.key, problem });
  };
  if (index.objects > LIMITS.objects)
    tell(`there are ${index.objects} objects; the limit is ${LIMITS.objects}`);
  if (index.bytes > LIMITS.configurationBytes)
    tell(`the configuration has ${index.bytes} bytes; the limit is ${LIMITS.configurationBytes}`);
}

function positiveOnly(counts: ReadonlyMap<string, number>): Map<string, number | undefined> {
  return new Map([...counts].map(([id, count]) => [id, count > 0 ? count : undefined]));
}

function also(taken: IdOwner, key: EntityKey): string {
  return taken.owner === key ? '' : `: also in ${taken.owner}`;
}
