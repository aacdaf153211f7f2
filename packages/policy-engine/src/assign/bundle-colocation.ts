import { INFINITY_SCORE } from '@holdfast/model';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Colocation } from '../state/constraints.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { assignTo } from './assign-state.ts';
import { locationOf } from './clone-colocation.ts';
import { applyColocation, hostOf, intersectNodes } from './colocation.ts';
import { compatibleInstance, instanceOn } from './compatible-instance.ts';

/**
 * An instance of a clone or bundle goes with the container that is, or would be, on its node. Where it must and
 * there is none it cannot run, even if that shows only when roles are chosen.
 */
function applyWithPartner(
  state: ClusterState,
  dependent: ResourceInstance,
  bundle: ResourceInstance,
  colocation: Colocation,
): void {
  const container = partnerOf(state, dependent, bundle);
  if (container !== undefined) applyColocation(state, dependent, container, colocation);
  else if (colocation.score >= INFINITY_SCORE) {
    assignTo(dependent, undefined, { force: true, stopIfFail: true });
  }
}

function partnerOf(
  state: ClusterState,
  dependent: ResourceInstance,
  bundle: ResourceInstance,
): ResourceInstance | undefined {
  const own = locationOf(dependent);
  if (own?.bundleNode !== true) return compatibleInstance(state, dependent, bundle, Role.unknown, false);
  const host = hostOf(own);
  return host === undefined ? undefined : instanceOn(bundle, host, Role.unknown, false);
}

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
  // In a loop of colocations the bundle may be still without nodes; then it says nothing.
  if (!bundle.assigned) return;
  if (colocation.dependent.isCollective) {
    applyWithPartner(state, dependent, bundle, colocation);
    return;
  }
  const nodes: { node: NodeInstance; score: number }[] = [];
  for (const replica of bundle.bundle?.replicas ?? []) {
    const { container, child } = replica;
    if (container === undefined) continue;
    if (colocation.score < INFINITY_SCORE) {
      applyColocation(state, dependent, container, colocation);
      continue;
    }
    const node = container.assignedTo;
    if (node === undefined || container.blocked) continue;
    if (colocation.primaryRole >= Role.promoted && child?.nextRole !== colocation.primaryRole) continue;
    nodes.push({ node, score: container.allowed.score(node.index) });
  }
  if (colocation.score >= INFINITY_SCORE) intersectNodes(state, dependent, colocation, nodes, false);
}
