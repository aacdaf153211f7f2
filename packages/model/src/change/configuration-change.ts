import type { Entity, EntityKind } from './entity.ts';

/**
 * Where a put entity goes among those of its kind. Order is meaning: of equal resources the earlier is placed first.
 * Absent: an existing entity keeps its place, a new one goes to the end.
 */
export type EntityPosition =
  | { readonly at: 'first' }
  | { readonly at: 'last' }
  | { readonly at: 'before' | 'after'; readonly id: string };

/** Creates or replaces one entity. */
export interface EntityPut {
  readonly kind: 'put';
  readonly entity: Entity;
  /** Revision the entity must have now; 0: it must not exist. Absent: not checked. */
  readonly expectedRevision?: number;
  readonly position?: EntityPosition;
}

/** Removes one entity, which must exist. */
export interface EntityDelete {
  readonly kind: 'delete';
  readonly entityKind: EntityKind;
  readonly id: string;
  /** Revision the entity must have now. Absent: not checked. */
  readonly expectedRevision?: number;
}

/** One step of a change. */
export type ChangeOperation = EntityPut | EntityDelete;

/** One transaction: applied whole or not at all. Operations take effect in their order. */
export interface ConfigurationChange {
  readonly operations: readonly ChangeOperation[];
}
