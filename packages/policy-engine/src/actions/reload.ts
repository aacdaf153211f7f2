import { orderResources } from '../internal-constraints/add-ordering.ts';
import { ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { createAction, operationKey } from './create-action.ts';

/** Tells a running resource about changed parameters that need no restart. */
export function scheduleReload(state: ClusterState, resource: ResourceInstance, node: NodeInstance): void {
  if (!resource.isPrimitive) {
    for (const child of resource.children) scheduleReload(state, child, node);
    return;
  }
  if (!resource.managed || resource.reload) return;
  if (resource.failed || resource.startPending) {
    // A restart takes care of the parameters.
    const restart = createAction(state, {
      resource,
      key: operationKey(resource.id, 'stop', 0),
      task: 'stop',
      node,
      optional: false,
    });
    restart.flags &= ~ActionFlag.optional;
    return;
  }
  resource.reload = true;
  createAction(state, {
    resource,
    key: operationKey(resource.id, 'reload-agent', 0),
    task: 'reload-agent',
    node,
    optional: false,
  }).reason = 'resource definition change';
  orderResources(
    state,
    resource,
    'reload-agent',
    resource,
    'stop',
    OrderFlag.ordered | OrderFlag.thenCancelsFirst,
  );
  orderResources(
    state,
    resource,
    'reload-agent',
    resource,
    'demote',
    OrderFlag.ordered | OrderFlag.thenCancelsFirst,
  );
}
