import type { Configuration } from '../configuration/configuration.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import { LIMITS } from '../limits.ts';
import { type EntityDifference, updateIndexInSlices } from '../validate/configuration-index.ts';
import type { Finding } from '../validate/finding.ts';
import { ownErrors } from '../validate/own-errors.ts';
import type { ChangeOperation, ConfigurationChange, EntityPosition } from './configuration-change.ts';
import {
  ENTITY_LISTS,
  type Entity,
  type EntityKey,
  type EntityKind,
  entitiesOf,
  entityId,
  entityKey,
} from './entity.ts';
import type { RevisionedConfiguration } from './revisioned-configuration.ts';
import { finish, SliceCounter } from './slices.ts';

/**
 * Applies a change whole or not at all. Pure: the same state and change give the same result on every member.
 * Returns the new state, or the error that kept the change from being applied: CONFIG_CONFLICT (an expected revision
 * differs), NO_SUCH_OBJECT (a delete or position names nothing), CONFIG_TOO_LARGE, or CONFIG_INVALID.
 */
export function applyChange(
  state: RevisionedConfiguration,
  change: ConfigurationChange,
): RevisionedConfiguration | HoldfastError {
  return finish(applyChangeInSlices(state, change));
}

/** `applyChange` in slices, for large changes: some milliseconds of work each, the last of which returns the result. */
export function* applyChangeInSlices(
  state: RevisionedConfiguration,
  change: ConfigurationChange,
): Generator<void, RevisionedConfiguration | HoldfastError> {
  try {
    return yield* new ChangeApplication(state).apply(change);
  } catch (error) {
    if (error instanceof HoldfastError) return error;
    throw error;
  }
}

/** The error that stands for the given findings. */
export function findingsError(errors: readonly Finding[]): HoldfastError {
  const shown = errors.slice(0, 5).map((each) => each.problem);
  const more = errors.length > shown.length ? [`and ${errors.length - shown.length} more`] : [];
  return new HoldfastError('CONFIG_INVALID', {
    problem: [...shown, ...more].join('; '),
    id: errors[0]?.id ?? '',
    count: errors.length,
  });
}

class ChangeApplication {
  readonly #state: RevisionedConfiguration;
  readonly #lists = new Map<EntityKind, EntityList>();
  readonly #touched = new Map<EntityKey, { before: Entity | undefined; after: Entity | undefined }>();

  constructor(state: RevisionedConfiguration) {
    this.#state = state;
  }

  *apply(change: ConfigurationChange): Generator<void, RevisionedConfiguration> {
    if (change.operations.length > LIMITS.operationsPerChange)
      throw new HoldfastError('CONFIG_TOO_LARGE', {
        size: change.operations.length,
        limit: LIMITS.operationsPerChange,
      });
    const slice = new SliceCounter();
    for (const operation of change.operations) {
      if (slice.isFull()) yield;
      this.#operation(operation);
    }
    const configuration = this.#configuration();
    const differences = this.#differences();
    const { index, findings } = yield* updateIndexInSlices(this.#state.index, differences, () =>
      entitiesOf(configuration),
    );
    const errors = findings.filter((each) => each.level === 'error');
    for (const { key, after } of differences)
      if (after) for (const error of ownErrors(after)) errors.push({ level: 'error', entity: key, ...error });
    if (index.bytes > LIMITS.configurationBytes)
      throw new HoldfastError('CONFIG_TOO_LARGE', { size: index.bytes, limit: LIMITS.configurationBytes });
    if (errors.length > 0) throw findingsError(errors);
    const counter = this.#state.counter + 1;
    const revisions = new Map(differences.map(({ key, after }) => [key, after ? counter : undefined]));
    const next = yield* this.#state.revisions.withInSlices(revisions);
    return { configuration, revisions: next, counter, index };
  }

  #operation(operation: ChangeOperation): void {
    const isPut = operation.kind === 'put';
    const kind = isPut ? operation.entity.kind : operation.entityKind;
    const id = isPut ? entityId(operation.entity) : operation.id;
    const key: EntityKey = `${kind}/${id}`;
    this.#expect(key, id, operation.expectedRevision);
    const list = this.#list(kind);
    const touched = this.#touched.get(key);
    const exists = touched ? touched.after !== undefined : this.#state.revisions.has(key);
    if (!isPut && !exists) throw new HoldfastError('NO_SUCH_OBJECT', { kind, id });
    const before = exists ? list.find(id) : undefined;
    if (isPut) list.put(operation.entity, exists, operation.position);
    else list.delete(id);
    const after = isPut ? operation.entity : undefined;
    if (touched) touched.after = after;
    else this.#touched.set(key, { before, after });
  }

  #expect(key: EntityKey, id: string, expected: number | undefined): void {
    if (expected === undefined) return;
    const actual = this.#state.revisions.get(key) ?? 0;
    if (actual !== expected) throw new HoldfastError('CONFIG_CONFLICT', { id, expected, actual });
  }

  #list(kind: EntityKind): EntityList {
    const known = this.#lists.get(kind);
    if (known) return known;
    const list = new EntityList(kind, this.#state.configuration[ENTITY_LISTS[kind]]);
    this.#lists.set(kind, list);
    return list;
  }

  #configuration(): Configuration {
    const changed = [...this.#lists].map(([kind, list]) => [ENTITY_LISTS[kind], list.values]);
    return { ...this.#state.configuration, ...Object.fromEntries(changed) } as Configuration;
  }

  #differences(): EntityDifference[] {
    return [...this.#touched].map(([key, { before, after }]) => ({ key, before, after }));
  }
}

/** A copy of one list of the configuration that is being changed. */
class EntityList {
  readonly values: Entity['value'][];
  readonly #kind: EntityKind;
  /** Where the last search ended. Bulk changes follow the list's order, so the next search succeeds at once. */
  #hint = 0;

  constructor(kind: EntityKind, values: readonly Entity['value'][]) {
    this.#kind = kind;
    this.values = [...values];
  }

  find(id: string): Entity {
    return { kind: this.#kind, value: this.values[this.#indexOf(id)] } as Entity;
  }

  put(entity: Entity, exists: boolean, position: EntityPosition | undefined): void {
    const id = entityId(entity);
    if (exists && !position) {
      this.values[this.#indexOf(id)] = entity.value;
      return;
    }
    if (exists) this.values.splice(this.#indexOf(id), 1);
    this.values.splice(this.#target(position), 0, entity.value);
  }

  delete(id: string): void {
    this.values.splice(this.#indexOf(id), 1);
  }

  #target(position: EntityPosition | undefined): number {
    if (!position || position.at === 'last') return this.values.length;
    if (position.at === 'first') return 0;
    return this.#indexOf(position.id) + (position.at === 'after' ? 1 : 0);
  }

  #indexOf(id: string): number {
    const { length } = this.values;
    for (let step = 0; step < length; step++) {
      const index = (this.#hint + step) % length;
      if (entityId({ kind: this.#kind, value: this.values[index] } as Entity) !== id) continue;
      this.#hint = index;
      return index;
    }
    throw new HoldfastError('NO_SUCH_OBJECT', { kind: this.#kind, id });
  }
}

/** The keys a change would write or remove, without applying it. */
export function changedKeys(change: ConfigurationChange): EntityKey[] {
  return change.operations.map((each) =>
    each.kind === 'put' ? entityKey(each.entity) : (`${each.entityKind}/${each.id}` as EntityKey),
  );
}
