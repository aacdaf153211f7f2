import { INFINITY_SCORE } from '@holdfast/model';
import { adjustScoreEverywhere } from '../node-criteria/locations.ts';
import { anyAvailable, effectiveScore, isAvailable } from '../node-criteria/node-available.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Colocation } from '../state/constraints.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { setNextRole } from '../unpack/histories.ts';
import { assign } from './assign.ts';
import { assignTo, recordScores, recordUtilization } from './assign-state.ts';
import { applyColocation } from './colocation.ts';
import { colocationsOf, colocationsWith } from './colocation-lists.ts';
import { addDependentScores } from './colocation-scores.ts';
import { currentNode } from './current-node.ts';
import { mergeSort } from './merge-sort.ts';
import { inTableOrder } from './table-order.ts';
import { banInsufficientCapacity, compareCapacity } from './utilization.ts';

/**
 * Chooses the node of one primitive: mandatory colocations first, so that as many as possible can be met,
 * then optional ones, then the best node.
 */
export function assignPrimitive(
  state: ClusterState,
  resource: ResourceInstance,
  prefer: NodeInstance | undefined,
  stopIfFail: boolean,
): NodeInstance | undefined {
  const { parent } = resource;
  if (parent !== undefined && !parent.assigning) return assign(state, parent, prefer, stopIfFail);
  if (resource.assigned) return resource.assignedTo;
  // Colocations may form a loop; whoever is reached again is taken as it is.
  if (resource.assigning) return undefined;
  resource.assigning = true;
  applyColocations(state, resource);
  const { options } = state;
  if (resource.nextRole === Role.stopped) {
    adjustScoreEverywhere(state, resource, -INFINITY_SCORE, 'target-role');
  } else if (resource.nextRole > resource.role && !state.quorate && options.noQuorumPolicy === 'freeze') {
    setNextRole(resource, resource.role, 'no-quorum-policy=freeze');
  }
  recordScores(state, resource, 'pcmk__primitive_assign');
  resource.allowed.journal?.settle();
  // Starting things without any means to fence is not safe.
  if (options.fencingEnabled && !state.haveFenceDevice) resource.managed = false;
  if (!resource.managed) {
    setNextRole(resource, resource.role, 'unmanaged');
    assignTo(resource, currentNode(resource), { force: true, stopIfFail });
  } else if (options.stopAllResources) {
    assignTo(resource, undefined, { force: true, stopIfFail });
  } else {
    assignBestNode(state, resource, prefer, stopIfFail);
  }
  recordUtilization(state, resource);
  resource.assigning = false;
  if (resource.isRemoteConnection) connectionAssigned(state, resource);
  return resource.assignedTo;
}

function applyColocations(state: ClusterState, resource: ResourceInstance): void {
  const own = colocationsOf(resource);
  const others = colocationsWith(resource);
  if (own.length === 0 && others.length === 0) return;
  for (const mandatory of [true, false]) {
    for (const colocation of own) {
      if (isMandatory(colocation) === mandatory) applyOwn(state, colocation, resource);
    }
    for (const colocation of others) {
      if (isMandatory(colocation) === mandatory) addDependentScores(state, colocation, resource);
    }
  }
}

function isMandatory(colocation: Colocation): boolean {
  return Math.abs(colocation.score) >= INFINITY_SCORE;
}

/** Takes a primary's placement into account; taken back if it leaves no node for an optional colocation. */
function applyOwn(state: ClusterState, colocation: Colocation, resource: ResourceInstance): void {
  const { primary, score } = colocation;
  const revertible = colocation.dependentRole >= Role.promoted || (score < 0 && score > -INFINITY_SCORE);
  const saved = revertible ? resource.allowed.copy() : undefined;
  if (!primary.assigned) assign(state, primary, undefined, true);
  applyColocation(state, resource, primary, colocation);
  if (saved !== undefined && !anyAvailable(state, resource.allowed)) resource.allowed.assign(saved);
}

/**
 * The best node: highest score, then more free capacity (if the placement strategy wants it), then fewer
 * assigned resources, then the current node, then the name. The current node wins among equals with a score
 * above 0.
 */
function assignBestNode(
  state: ClusterState,
  resource: ResourceInstance,
  preferred: NodeInstance | undefined,
  stopIfFail: boolean,
): void {
  const mostFree = banInsufficientCapacity(state, resource);
  const prefer = preferred ?? mostFree;
  const nodes = sortedNodes(state, resource);
  const best = nodes[0];
  const { allowed } = resource;
  let chosen: NodeInstance | undefined;
  if (prefer !== undefined && best !== undefined && allowed.has(prefer.index)) {
    const score = allowed.score(prefer.index);
    if (score >= allowed.score(best.index) && score >= 0 && isAvailable(prefer)) chosen = prefer;
  }
  if (chosen === undefined && best !== undefined) chosen = keepIfEqual(resource, nodes, best);
  assignTo(resource, chosen, { force: false, stopIfFail });
}

function keepIfEqual(
  resource: ResourceInstance,
  nodes: readonly NodeInstance[],
  best: NodeInstance,
): NodeInstance {
  const { allowed, parent } = resource;
  const score = allowed.score(best.index);
  const uniqueInstance = parent?.isClone === true && parent.unique;
  if (uniqueInstance || score <= 0 || !isAvailable(best)) return best;
  const running = currentNode(resource);
  if (running === undefined || !isAvailable(running)) return best;
  for (const node of nodes) {
    if (allowed.score(node.index) !== score) break;
    if (node === running) return node;
  }
  return best;
}

/** Nodes a resource knows, best first. */
export function sortedNodes(state: ClusterState, resource: ResourceInstance): NodeInstance[] {
  const nodes: NodeInstance[] = [];
  for (const node of state.nodes) if (resource.allowed.has(node.index)) nodes.push(node);
  if (nodes.length < 2) return nodes;
  const active = currentNode(resource);
  const compare = (a: NodeInstance, b: NodeInstance) => compareNodes(state, resource, active, a, b);
  // Only capacities compare in circles.
  if (state.options.placementStrategy !== 'balanced') return nodes.sort(compare);
  return mergeSort(inTableOrder(nodes).reverse(), compare);
}

export function compareNodes(
  state: ClusterState,
  resource: ResourceInstance,
  active: NodeInstance | undefined,
  a: NodeInstance,
  b: NodeInstance,
): number {
  const difference = effectiveScore(b, resource.allowed) - effectiveScore(a, resource.allowed);
  if (difference !== 0) return difference;
  const strategy = state.options.placementStrategy;
  if (strategy !== 'minimal') {
    if (strategy === 'balanced') {
      const capacity = compareCapacity(a, b);
      if (capacity !== 0) return capacity;
    }
    if (a.assignedCount !== b.assignedCount) return a.assignedCount - b.assignedCount;
    if (active !== undefined) {
      if (a === active) return -1;
      if (b === active) return 1;
    }
  }
  return compareAsText(a.name, b.name);
}

/** The last resort between two nodes: their names character by character (node10 goes before node2). */
export function compareAsText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Once a connection has a node, the remote node counts as up; without one it is going down. */
function connectionAssigned(state: ClusterState, connection: ResourceInstance): void {
  const node = state.nodesByName.get(connection.id);
  if (node === undefined) return;
  if (connection.assignedTo !== undefined && connection.nextRole !== Role.stopped) {
    node.online = true;
    // Fencing is not needed if the connection can be made again.
    if (node.unseen) node.unclean = false;
  } else {
    node.shutdown = true;
  }
}
