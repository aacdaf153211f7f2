import { isAvailable } from '../node-criteria/node-available.ts';
import { ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { setNextRole } from '../unpack/histories.ts';
import { consumeCapacity, releaseCapacity } from './utilization.ts';

/**
 * Gives a resource (everything inside it) a node, or takes it away. Without `force` an unavailable or banned
 * node means no node. Without a node and with `stopIfFail` the resource will be stopped.
 */
export function assignTo(
  resource: ResourceInstance,
  wanted: NodeInstance | undefined,
  options: { force: boolean; stopIfFail: boolean },
): boolean {
  if (resource.children.length > 0) {
    let changed = false;
    for (const child of resource.children) changed = assignTo(child, wanted, options) || changed;
    return changed;
  }
  let node = wanted;
  if (!options.force && node !== undefined) {
    // A guest node is taken to come up: if it does not, what is to start there is blocked, not forgotten.
    const usable = resource.allowed.score(node.index) >= 0 && (isAvailable(node) || node.isGuest);
    if (!usable) {
      if (options.stopIfFail) setNextRole(resource, Role.stopped, 'node availability');
      node = undefined;
    }
  }
  const changed = resource.assignedTo !== node;
  unassign(resource);
  resource.assigned = true;
  if (node === undefined) {
    if (options.stopIfFail) stopUnassigned(resource);
    return changed;
  }
  resource.assignedTo = node;
  node.assigned.unshift(resource);
  node.assignedCount++;
  consumeCapacity(node, resource);
  return changed;
}

function stopUnassigned(resource: ResourceInstance): void {
  setNextRole(resource, Role.stopped, 'unable to assign');
  for (const action of resource.actions) {
    if (action.task === 'stop') action.flags &= ~ActionFlag.optional;
    else if (action.task === 'start') action.flags &= ~ActionFlag.runnable;
    else if (action.intervalMs > 0 && action.meta.get('op_target_rc') !== '7') {
      action.flags &= ~ActionFlag.runnable;
    }
  }
}

/**
 * Takes the node back; the resource counts as not yet assigned. A member that could have no node stays decided:
 * there is nothing to take back.
 */
export function unassign(resource: ResourceInstance): void {
  for (const child of resource.children) if (child.assignedTo !== undefined) unassign(child);
  resource.assigned = false;
  const node = resource.assignedTo;
  if (node === undefined) return;
  resource.assignedTo = undefined;
  node.assigned = node.assigned.filter((other) => other !== resource);
  node.assignedCount--;
  releaseCapacity(node, resource);
}

const NO_SCORES = { scores: new Int32Array(0), present: new Uint8Array(0) };

/** Records what a resource takes of its node's capacities, for the score output. */
export function recordUtilization(state: ClusterState, resource: ResourceInstance): void {
  const node = resource.assignedTo;
  if (!state.recordScores || resource.removed || node === undefined) return;
  const taken = { resource: resource.id, node: node.name, amounts: resource.utilization };
  state.scoreTables.push({ phase: 'utilization', resource: resource.id, ...NO_SCORES, taken });
}

/** Records the scores of a resource (and what is inside it) for the score output. */
export function recordScores(state: ClusterState, resource: ResourceInstance, phase: string): void {
  if (!state.recordScores || resource.removed) return;
  state.scoreTables.push({
    phase,
    resource: resource.id,
    scores: resource.allowed.scores.slice(),
    present: resource.allowed.present.slice(),
  });
  if (phase !== 'pcmk__primitive_assign') {
    for (const child of resource.children) recordScores(state, child, phase);
  }
}
