import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { setNextRole } from '../unpack/histories.ts';
import { assign } from './assign.ts';
import { recordScores } from './assign-state.ts';
import { assignPrimitive } from './primitive.ts';

/** Assigns the members one after the other; each is colocated with the one before it. */
export function assignGroup(
  state: ClusterState,
  group: ResourceInstance,
  prefer: NodeInstance | undefined,
  stopIfFail: boolean,
): NodeInstance | undefined {
  const { parent } = group;
  if (parent !== undefined && !parent.assigning) return assign(state, parent, prefer, stopIfFail);
  if (group.assigned) return group.assignedTo;
  if (group.assigning) return undefined;
  const first = group.children[0];
  if (first === undefined) {
    group.assigned = true;
    return undefined;
  }
  group.assigning = true;
  group.role = first.role;
  recordScores(state, group, 'pcmk__group_assign');
  let firstNode: NodeInstance | undefined;
  for (const member of group.children) {
    const node = assignPrimitive(state, member, prefer, stopIfFail);
    if (firstNode === undefined) firstNode = node;
  }
  setNextRole(group, first.nextRole, 'first group member');
  group.assigning = false;
  group.assigned = true;
  return firstNode;
}
