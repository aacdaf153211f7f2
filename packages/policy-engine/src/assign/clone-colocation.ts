import { INFINITY_SCORE } from '@holdfast/model';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Colocation } from '../state/constraints.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { assignTo } from './assign-state.ts';
import { applyColocation, intersectNodes } from './colocation.ts';
import { compatibleInstance } from './compatible-instance.ts';
import { placeWithPromoted, promoteWithPromoted } from './promoted-colocation.ts';

/*
 * Colocation with a clone.
 *
 * - With a role of a promotable clone: see promoted-colocation.
 * - If both are clones with interleave, each instance goes with the instance that would be on its node; a
 *   mandatory one without partner cannot run.
 * - Otherwise a mandatory colocation allows the nodes where the clone will have an instance, and an optional
 *   one adds its score for each instance.
 */
export function applyWithClone(
  state: ClusterState,
  dependent: ResourceInstance,
  clone: ResourceInstance,
  colocation: Colocation,
): void {
  // In a loop of colocations the clone may be still without nodes; then it says nothing.
  if (!clone.assigned) return;
  if (clone.promotable) {
    if (colocation.primaryRole !== Role.unknown) {
      if (!dependent.assigned) {
        const { dependentRole } = colocation;
        if (dependentRole !== Role.unknown && dependentRole !== dependent.nextRole) return;
        placeWithPromoted(state, dependent, clone, colocation);
        return;
      }
      if (colocation.dependentRole === Role.promoted) {
        promoteWithPromoted(dependent, clone, colocation);
        return;
      }
    }
  }
  if (interleaves(dependent, clone, colocation)) {
    const partner = compatibleInstance(state, dependent, clone, colocation.primaryRole, false);
    if (partner !== undefined) applyColocation(state, dependent, partner, colocation);
    else if (colocation.score >= INFINITY_SCORE) {
      assignTo(dependent, undefined, { force: true, stopIfFail: true });
    }
    return;
  }
  if (colocation.score >= INFINITY_SCORE) {
    const nodes: { node: NodeInstance; score: number }[] = [];
    for (const instance of clone.children) {
      const node = locationOf(instance);
      if (node !== undefined && !isBlocked(instance))
        nodes.unshift({ node, score: instance.allowed.score(node.index) });
    }
    intersectNodes(state, dependent, colocation, nodes, false);
    return;
  }
  for (const instance of clone.children) applyColocation(state, dependent, instance, colocation);
}

/** Blocked, or a group with a blocked member: nothing should rely on it. */
function isBlocked(instance: ResourceInstance): boolean {
  return instance.blocked || instance.children.some(isBlocked);
}

function interleaves(dependent: ResourceInstance, clone: ResourceInstance, colocation: Colocation): boolean {
  const top = colocation.dependent;
  if (!top.isCollective || top === dependent || !top.interleave) return false;
  return maxPerNode(top) === maxPerNode(clone);
}

function maxPerNode(collective: ResourceInstance): number {
  return collective.bundle?.replicasPerHost ?? collective.clone?.nodeMax ?? 1;
}

/** The node an instance was given; for a group the one its members share. */
export function locationOf(instance: ResourceInstance): NodeInstance | undefined {
  if (instance.isPrimitive) return instance.assignedTo;
  for (const child of instance.children) {
    const node = locationOf(child);
    if (node !== undefined) return node;
  }
  return undefined;
}
