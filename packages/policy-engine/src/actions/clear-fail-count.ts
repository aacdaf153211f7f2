import type { Action } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { createAction, operationKey } from './create-action.ts';

/** Schedules the removal of a resource's fail counts on a node. */
export function clearFailCount(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
  reason: string,
): Action {
  const key = operationKey(resource.id, 'clear_failcount', 0);
  const action = createAction(state, { resource, key, task: 'clear_failcount', node, optional: false });
  action.meta.set('op_no_wait', 'true');
  if (action.reason === undefined) action.reason = reason;
  return action;
}
