import { orderResources } from '../internal-constraints/add-ordering.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { createAction, operationKey } from './create-action.ts';

/** Schedules the deletion of a resource's history on a node: after its stop, before its start. */
export function scheduleCleanup(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
  optional: boolean,
): void {
  if (resource.failed || node.unclean || !node.online) return;
  const flags = optional ? OrderFlag.firstImpliesThen : OrderFlag.ordered;
  createAction(state, {
    resource,
    key: operationKey(resource.id, 'delete', 0),
    task: 'delete',
    node,
    optional,
  });
  orderResources(state, resource, 'stop', resource, 'delete', flags);
  orderResources(state, resource, 'delete', resource, 'start', flags);
}
