import { INFINITY_SCORE } from '@holdfast/model';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Colocation } from '../state/constraints.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { orderResources } from './add-ordering.ts';

/**
 * What must never be on the same node changes places in turn: whatever takes the one out of the role in question
 * there comes before whatever brings the other into its role.
 */
export function orderAntiColocated(state: ClusterState, colocation: Colocation): void {
  const { score, dependent, primary, dependentRole, primaryRole } = colocation;
  if (score > -INFINITY_SCORE) return;
  orderExchange(
    state,
    { resource: dependent, role: dependentRole },
    { resource: primary, role: primaryRole },
  );
  orderExchange(
    state,
    { resource: primary, role: primaryRole },
    { resource: dependent, role: dependentRole },
  );
}

interface RoleOf {
  readonly resource: ResourceInstance;
  readonly role: Role;
}

function orderExchange(state: ClusterState, leaving: RoleOf, entering: RoleOf): void {
  for (const leave of leavingTasks(leaving.role)) {
    for (const enter of enteringTasks(entering.role)) {
      orderResources(
        state,
        leaving.resource,
        leave,
        entering.resource,
        enter,
        OrderFlag.ifRequiredOnSameNode,
      );
    }
  }
}

function leavingTasks(role: Role): readonly string[] {
  if (role === Role.promoted) return ['demote'];
  return role === Role.unpromoted ? ['stop', 'promote'] : ['stop'];
}

function enteringTasks(role: Role): readonly string[] {
  if (role === Role.promoted) return ['promote'];
  return role === Role.unpromoted ? ['start', 'demote'] : ['start'];
}
