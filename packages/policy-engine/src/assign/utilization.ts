import { INFINITY_SCORE } from '@holdfast/model';
import { isAvailable } from '../node-criteria/node-available.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { CAPACITY_SOURCE } from '../state/score-journal.ts';
import { colocationsOf, colocationsWith } from './colocation-lists.ts';
import { inTableOrder } from './table-order.ts';

/*
 * Utilization: nodes have capacities, resources needs, both by free names. Placement strategies: `default`
 * ignores them; `utilization` only counts what fits; `minimal` likewise and fills few nodes; `balanced` also
 * prefers the node with more free capacity.
 */

/**
 * How many resources that must be on one node count together for its capacity. No real configuration comes near;
 * without a bound, long chains of colocations take the square of their length.
 */
const MAX_TOGETHER = 1000;

/** Capacities before anything is placed. */
export function resetCapacities(state: ClusterState): void {
  for (const node of state.nodes) {
    node.capacityLeft.clear();
    for (const [name, value] of node.utilization) node.capacityLeft.set(name, value);
  }
}

export function consumeCapacity(node: NodeInstance, resource: ResourceInstance): void {
  for (const [name, need] of resource.utilization) {
    const left = node.capacityLeft.get(name);
    if (left !== undefined) node.capacityLeft.set(name, left - need);
  }
}

export function releaseCapacity(node: NodeInstance, resource: ResourceInstance): void {
  for (const [name, need] of resource.utilization) {
    const left = node.capacityLeft.get(name);
    if (left !== undefined) node.capacityLeft.set(name, left + need);
  }
}

/** Negative if `a` has more free capacity: the one that leads in more capacities wins. */
export function compareCapacity(a: NodeInstance, b: NodeInstance): number {
  let result = 0;
  const names = new Set([...a.capacityLeft.keys(), ...b.capacityLeft.keys()]);
  for (const name of names) {
    const left = a.capacityLeft.get(name) ?? 0;
    const right = b.capacityLeft.get(name) ?? 0;
    if (left < right) result++;
    else if (left > right) result--;
  }
  return result;
}

function fits(node: NodeInstance, needs: ReadonlyMap<string, number>): boolean {
  for (const [name, need] of needs) {
    if (need > (node.capacityLeft.get(name) ?? 0)) return false;
  }
  return true;
}

/**
 * Bans nodes without room for the resource and all that must be placed with it. If no node has room for all of
 * that, only the resource itself counts, and the node with most room is preferred: more of the rest may fit there.
 */
export function banInsufficientCapacity(
  state: ClusterState,
  resource: ResourceInstance,
): NodeInstance | undefined {
  if (state.options.placementStrategy === 'default') return undefined;
  const together = sumNeeds(mandatorySet(state, resource));
  if (together.size === 0) return undefined;
  const usable = state.nodes.filter(
    (node) =>
      resource.allowed.has(node.index) && resource.allowed.score(node.index) >= 0 && isAvailable(node),
  );
  if (usable.some((node) => fits(node, together))) {
    banWhereTooBig(state, resource, together);
    return undefined;
  }
  banWhereTooBig(state, resource, sumNeeds(new Set([resource])));
  let mostFree: NodeInstance | undefined;
  for (const node of inTableOrder(usable)) {
    if (mostFree === undefined || compareCapacity(node, mostFree) < 0) mostFree = node;
  }
  return mostFree;
}

function banWhereTooBig(
  state: ClusterState,
  resource: ResourceInstance,
  needs: ReadonlyMap<string, number>,
): void {
  for (const node of state.nodes) {
    if (!resource.allowed.has(node.index)) continue;
    if (!fits(node, needs)) resource.allowed.set(node.index, -INFINITY_SCORE, CAPACITY_SOURCE);
  }
}

/** What a set of resources takes together. Members count once, whether or not their group is in the set, too. */
function sumNeeds(resources: ReadonlySet<ResourceInstance>): Map<string, number> {
  const parts = new Set<ResourceInstance>();
  for (const resource of resources) addParts(resource, parts);
  const sum = new Map<string, number>();
  for (const part of parts) {
    for (const [name, need] of part.utilization) sum.set(name, (sum.get(name) ?? 0) + need);
  }
  return sum;
}

/** What of a resource comes to the node of one that must be with it: of a clone one instance. */
function addParts(resource: ResourceInstance, parts: Set<ResourceInstance>): void {
  if (resource.isPrimitive) parts.add(resource);
  else if (resource.isGroup) for (const member of resource.children) addParts(member, parts);
  else {
    const instance = resource.children[0];
    if (instance !== undefined) addParts(instance, parts);
  }
}

/** Unassigned resources that must be on the same node, followed through mandatory colocations, the nearest first. */
function mandatorySet(state: ClusterState, resource: ResourceInstance): ReadonlySet<ResourceInstance> {
  const found = new Set<ResourceInstance>();
  if (!resource.assigned) found.add(resource);
  // A set is visited in the order of insertion, also what is added on the way.
  for (const each of found) {
    for (const other of mandatoryNeighbours(each)) {
      if (other.assigned || found.has(other)) continue;
      if (found.size >= MAX_TOGETHER) {
        warnOnce(
          state,
          `More than ${MAX_TOGETHER} resources must be on one node: not all of them count for its capacity`,
        );
        return found;
      }
      found.add(other);
    }
  }
  return found;
}

function* mandatoryNeighbours(resource: ResourceInstance): Generator<ResourceInstance, undefined> {
  for (const { score, primary } of colocationsOf(resource)) if (score >= INFINITY_SCORE) yield primary;
  for (const { score, dependent, primaryRole } of colocationsWith(resource)) {
    // Only the promoted instance has to make room for what follows the promoted role.
    if (score >= INFINITY_SCORE && primaryRole !== Role.promoted) yield dependent;
  }
}

function warnOnce({ warnings }: ClusterState, text: string): void {
  if (!warnings.includes(text)) warnings.push(text);
}
