import { INFINITY_SCORE } from '@holdfast/model';
import type { ClusterState } from '../state/cluster-state.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { booleanOr } from '../unpack/option-values.ts';
import { addColocation } from './add-colocation.ts';
import { orderResources } from './add-ordering.ts';
import { constrainPrimitive } from './primitive.ts';

const UP = OrderFlag.unrunnableFirstBlocks | OrderFlag.firstImpliesThen | OrderFlag.firstImpliesThenGraphed;

/**
 * A group is a list: each member is placed with the one before it, starts after it and stops before it, unless the
 * group (or the clone it is in) says `ordered=false`. The group's own start and stop marks surround those of the
 * members.
 */
export function constrainGroup(state: ClusterState, group: ResourceInstance): void {
  orderResources(state, group, 'stop', group, 'stopped', OrderFlag.unrunnableFirstBlocks);
  orderResources(state, group, 'start', group, 'running', OrderFlag.unrunnableFirstBlocks);
  orderResources(state, group, 'stopped', group, 'start', OrderFlag.ordered);
  const promotable = group.top().promotable;
  const ordered = booleanOr(group.meta.get('ordered'), true);
  let previous: ResourceInstance | undefined;
  let lastActive: ResourceInstance | undefined;
  for (const member of group.children) {
    constrainPrimitive(state, member);
    if (previous !== undefined) colocateMembers(state, member, previous);
    orderWithGroup(state, group, member, { promotable, first: previous === undefined });
    if (previous !== undefined && ordered) orderMembers(state, previous, member, promotable);
    if (ordered && member.runningOn.length > 0) {
      // A partly active group stops in sequence, too.
      if (previous !== undefined && previous.runningOn.length === 0 && lastActive !== undefined) {
        orderResources(state, member, 'stop', lastActive, 'stop', OrderFlag.ordered);
      }
      lastActive = member;
    }
    previous = member;
  }
}

function colocateMembers(state: ClusterState, member: ResourceInstance, previous: ResourceInstance): void {
  addColocation(state, {
    id: '#group-members',
    dependent: member,
    primary: previous,
    dependentRole: Role.unknown,
    primaryRole: Role.unknown,
    score: INFINITY_SCORE,
    nodeAttribute: undefined,
    influence: member.critical,
    internal: true,
  });
}

function orderWithGroup(
  state: ClusterState,
  group: ResourceInstance,
  member: ResourceInstance,
  options: { promotable: boolean; first: boolean },
): void {
  let down: number = OrderFlag.thenImpliesFirstGraphed;
  let afterDown: number = OrderFlag.firstImpliesThenGraphed;
  if (options.first) {
    down |= OrderFlag.ordered;
    // The first member is the last to stop: then the group is stopped.
    afterDown = OrderFlag.firstImpliesThen;
  }
  if (options.promotable) {
    orderResources(state, group, 'demote', member, 'demote', down);
    orderResources(state, member, 'demote', group, 'demoted', afterDown);
    orderResources(state, member, 'promote', group, 'promoted', UP);
    orderResources(state, group, 'promote', member, 'promote', OrderFlag.thenImpliesFirstGraphed);
  }
  orderResources(state, group, 'stop', member, 'stop', down);
  orderResources(state, member, 'stop', group, 'stopped', afterDown);
  orderResources(state, group, 'start', member, 'start', OrderFlag.thenImpliesFirstGraphed);
  orderResources(state, member, 'start', group, 'running', UP);
}

function orderMembers(
  state: ClusterState,
  previous: ResourceInstance,
  member: ResourceInstance,
  promotable: boolean,
): void {
  const up = OrderFlag.firstImpliesThen | OrderFlag.unrunnableFirstBlocks;
  orderResources(state, previous, 'start', member, 'start', up);
  orderResources(state, member, 'stop', previous, 'stop', OrderFlag.ordered | OrderFlag.intermediateStop);
  // A member added before active ones starts only after those were stopped.
  if (member.runningOn.length > 0 && previous.runningOn.length === 0) {
    orderResources(
      state,
      member,
      'stop',
      previous,
      'start',
      OrderFlag.thenImpliesFirst | OrderFlag.unrunnableFirstBlocks,
    );
  }
  if (promotable) {
    orderResources(state, previous, 'promote', member, 'promote', up);
    orderResources(state, member, 'demote', previous, 'demote', OrderFlag.ordered);
  }
}
