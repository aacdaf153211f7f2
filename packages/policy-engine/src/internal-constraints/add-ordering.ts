import type { Action } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
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
  then: OrderingSide,
  flags: number,
): void {
  if (first.action !== undefined && first.action === then.action) return;
  state.orderings.push({
    id: state.orderId++,
    flags,
    firstResource: first.resource ?? first.action?.resource,
    firstAction: first.action,
    firstKey: first.key ?? first.action?.key,
    thenResource: then.resource ?? then.action?.resource,
    thenAction: then.action,
    thenKey: then.key ?? then.action?.key,
  });
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
    { resource: first, key: `${first.id}_${firstTask}_0` },
    { resource: then, key: `${then.id}_${thenTask}_0` },
    flags,
  );
}
