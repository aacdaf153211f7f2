import { INFINITY_SCORE, type TicketConstraint } from '@holdfast/model';
import { adjustScoreEverywhere } from '../../node-criteria/locations.ts';
import type { ClusterState } from '../../state/cluster-state.ts';
import type { LossPolicy, TicketDependency } from '../../state/constraints.ts';
import type { ResourceInstance } from '../../state/resource-instance.ts';
import { parseRole, Role } from '../../state/role.ts';
import { fenceNode } from '../fence-node.ts';
import { findTicket } from '../tickets.ts';
import type { ConstraintResources } from './find-resource.ts';

/** Reads one ticket constraint for everything it names. */
export function unpackTicketConstraint(
  state: ClusterState,
  resources: ConstraintResources,
  constraint: TicketConstraint,
): void {
  if (constraint.resource !== undefined) {
    for (const resource of resources.inSet([constraint.resource])) {
      depend(state, constraint, resource, constraint.role);
    }
  }
  for (const written of constraint.sets) {
    const set = state.context.references.set(written);
    if (set === undefined) continue;
    for (const resource of resources.inSet(set.members)) {
      depend(state, constraint, resource, set.attributes.role ?? constraint.role);
    }
  }
}

function depend(
  state: ClusterState,
  constraint: TicketConstraint,
  resource: ResourceInstance,
  roleText: string | undefined,
): void {
  const parsed = parseRole(roleText);
  const role = parsed === Role.started ? Role.unknown : parsed;
  const dependency: TicketDependency = {
    id: constraint.id,
    resource,
    ticket: findTicket(state, constraint.ticket),
    role,
    lossPolicy: lossPolicy(state, constraint.lossPolicy, role),
  };
  resource.tickets.push(dependency);
  if (!dependency.ticket.granted || dependency.ticket.standby) enforce(state, resource, dependency);
}

function lossPolicy(state: ClusterState, text: string | undefined, role: Role): LossPolicy {
  switch (text) {
    case 'fence':
      return state.options.fencingEnabled ? 'fence' : 'stop';
    case 'freeze':
    case 'demote':
    case 'stop':
      return text;
    default:
      return role === Role.promoted ? 'demote' : 'stop';
  }
}

/** Puts the absence (or standby) of a ticket into effect for every part of a resource. */
function enforce(state: ClusterState, resource: ResourceInstance, dependency: TicketDependency): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) enforce(state, child, dependency);
    return;
  }
  const { ticket, role, lossPolicy: policy } = dependency;
  const forPromoted = role === Role.promoted;
  const ban = (): void => adjustScoreEverywhere(state, resource, -INFINITY_SCORE, dependency.id);
  if (ticket.granted) {
    // Only in standby: what runs may stay, nothing else comes.
    if (!forPromoted || policy === 'stop') ban();
    return;
  }
  const roleMatches = role === Role.unknown || role === resource.role;
  switch (policy) {
    case 'stop':
      ban();
      return;
    case 'demote':
      // The promotion score takes care of the promoted role.
      if (!forPromoted) ban();
      return;
    case 'fence':
      if (!roleMatches) return;
      ban();
      for (const node of resource.runningOn) {
        fenceNode({ state }, node, 'deadman ticket was lost', false);
      }
      return;
    case 'freeze':
      if (!roleMatches) return;
      if (resource.runningOn.length > 0) {
        resource.managed = false;
        resource.blocked = true;
      } else ban();
  }
}
