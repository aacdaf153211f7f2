import { ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { createPseudo, operationKey } from './create-action.ts';
import { createPrimitiveActions } from './primitive-actions.ts';

/** A group's own actions are marks around those of its members. */
export function createGroupActions(state: ClusterState, group: ResourceInstance): void {
  for (const member of group.children) createPrimitiveActions(state, member);
  createMark(state, group, 'start', true);
  createMark(state, group, 'running', true);
  createMark(state, group, 'stop', true);
  createMark(state, group, 'stopped', true);
  if (group.top().promotable) {
    for (const task of ['demote', 'demoted', 'promote', 'promoted']) createMark(state, group, task, true);
  }
}

/** A mark of a collection; optional until something inside needs it. */
export function createMark(state: ClusterState, resource: ResourceInstance, task: string, optional: boolean) {
  const key = operationKey(resource.id, task, 0);
  const mark = createPseudo(state, { resource, key, task, optional, runnable: true });
  mark.flags |= ActionFlag.pseudo | ActionFlag.runnable;
  return mark;
}
