import { ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { createAction, operationKey } from './create-action.ts';

/** Schedules the deletion of a resource's history on a node from the status only. */
export function clearHistory(state: ClusterState, resource: ResourceInstance, node: NodeInstance): void {
  const action = createAction(state, {
    resource,
    key: operationKey(resource.id, 'lrm_delete', 0),
    task: 'lrm_delete',
    node,
    optional: false,
  });
  action.flags |= ActionFlag.onLeader | ActionFlag.runnable;
  action.meta.set('on-fail', 'ignore');
}
