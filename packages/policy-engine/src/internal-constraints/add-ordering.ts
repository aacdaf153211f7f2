import type { Action } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import { OrderFlag, type Ordering } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';

/** One side of an ordering: an action, or a resource and an operation key that may come into being later. */
export interface OrderingSide {
  readonly action?: Action;
  readonly resource?: ResourceInstance;
  readonly key?: string;
}

/** Registers an ordering; orderings are resolved in the order of their creation. */
export function addOrdering(
  state: ClusterState,
  first: OrderingSide,
  second: OrderingSide,
  flags: number,
): void {
  if (first.action !== undefined && first.action === second.action) return;
  const order: Ordering = {
    id: state.orderId++,
    flags,
    firstResource: first.resource ?? first.action?.resource,
    firstAction: first.action,
    firstKey: first.key ?? first.action?.key,
    thenResource: second.resource ?? second.action?.resource,
    thenAction: second.action,
    thenKey: second.key ?? second.action?.key,
  };
  state.orderings.push(order);
  orderMigrations(state, order);
}

/**
 * An ordering between starts and stops of two resources also holds for their live migrations: a migration
 * comes after what its start would come after, and likewise for its stop.
 */
function orderMigrations(state: ClusterState, order: Ordering): void {
  const { firstResource: a, thenResource: b } = order;
  if (a === undefined || b === undefined || a === b || !b.allowMigrate) return;
  if (isInside(a, b) || isInside(b, a)) return;
  const both = a.allowMigrate;
  const flags = both ? OrderFlag.ordered | OrderFlag.ifFirstUnmigratable : OrderFlag.ordered;
  const matches = (first: string, second: string): boolean =>
    order.firstKey === `${a.id}_${first}_0` && order.thenKey === `${b.id}_${second}_0`;
  const partial = b.partialMigrationTarget !== undefined;
  if (matches('start', 'start')) {
    if (both) orderResources(state, a, 'migrate_from', b, 'migrate_to', OrderFlag.ordered);
    orderResources(state, a, 'start', b, 'migrate_to', flags);
  } else if (matches('stop', 'stop')) {
    orderResources(state, a, 'stop', b, 'migrate_to', flags);
    if (partial) orderResources(state, a, 'stop', b, 'migrate_from', flags);
  } else if (matches('promote', 'start')) {
    orderResources(state, a, 'promote', b, 'migrate_to', flags);
  } else if (matches('demote', 'stop')) {
    orderResources(state, a, 'demote', b, 'migrate_to', flags);
    if (partial) orderResources(state, a, 'demote', b, 'migrate_from', flags);
  }
}

function isInside(inner: ResourceInstance, outer: ResourceInstance): boolean {
  for (let r = inner.parent; r !== undefined; r = r.parent) if (r === outer) return true;
  return false;
}

/** Orders an operation of one resource before an operation of another. */
export function orderResources(
  state: ClusterState,
  first: ResourceInstance,
  firstTask: string,
  then: ResourceInstance,
  thenTask: string,
  flags: number,
): void {
  addOrdering(
    state,
    { resource: first, key: first.key(firstTask) },
    { resource: then, key: then.key(thenTask) },
    flags,
  );
}
