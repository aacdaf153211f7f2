import { INFINITY_SCORE } from '@holdfast/model';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Colocation } from '../state/constraints.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { applyColocation, intersectNodes } from './colocation.ts';

/**
 * Colocation with a bundle: with its containers. A promotion role restricts that to replicas whose inner
 * resource has the role. Mandatory: only nodes with such a container; optional: the score for each.
 */
export function applyWithBundle(
  state: ClusterState,
  dependent: ResourceInstance,
  bundle: ResourceInstance,
  colocation: Colocation,
): void {
  if (!bundle.assigned) return;
  const nodes: { node: NodeInstance; score: number }[] = [];
  for (const replica of bundle.bundle?.replicas ?? []) {
    const { container, child } = replica;
    if (container === undefined) continue;
    if (colocation.score < INFINITY_SCORE) {
      applyColocation(state, dependent, container, { ...colocation, primaryRole: Role.unknown });
      continue;
    }
    const node = container.assignedTo;
    if (node === undefined || container.blocked) continue;
    if (colocation.primaryRole >= Role.promoted && child?.nextRole !== colocation.primaryRole) continue;
    nodes.push({ node, score: container.allowed.score(node.index) });
  }
  if (colocation.score >= INFINITY_SCORE) intersectNodes(state, dependent, colocation, nodes, false);
}
