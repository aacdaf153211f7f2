import { INFINITY_SCORE } from '@holdfast/model';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';

/*
 * Utilization: nodes have capacities, resources needs, both by free names. Placement strategies: `default`
 * ignores them; `utilization` only counts what fits; `minimal` likewise and fills few nodes; `balanced` also
 * prefers the node with more free capacity.
 */

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
 * Bans nodes without room for the resource and what must be placed with it; if no node has room for all of
 * that, only the resource itself counts. Returns the node with most room, which is then preferred.
 */
export function banInsufficientCapacity(
  state: ClusterState,
  resource: ResourceInstance,
): NodeInstance | undefined {
  if (state.options.placementStrategy === 'default') return undefined;
  const set = mandatorySet(resource, new Set());
  const hasNeeds = [...set].some((member) => member.utilization.size > 0);
  if (!hasNeeds) return undefined;
  const { allowed } = resource;
  const together = sumNeeds(set);
  let mostFree: NodeInstance | undefined;
  let anyFits = false;
  for (const node of state.nodes) {
    if (!allowed.has(node.index) || allowed.score(node.index) <= -INFINITY_SCORE) continue;
    if (!fits(node, together)) continue;
    anyFits = true;
    if (mostFree === undefined || compareCapacity(node, mostFree) < 0) mostFree = node;
  }
  if (anyFits) {
    banWhereTooBig(state, resource, together);
    return mostFree;
  }
  const own = sumNeeds(new Set(resource.isPrimitive ? [resource] : resource.children));
  banWhereTooBig(state, resource, own);
  return undefined;
}

function banWhereTooBig(
  state: ClusterState,
  resource: ResourceInstance,
  needs: ReadonlyMap<string, number>,
): void {
  for (const node of state.nodes) {
    if (!resource.allowed.has(node.index)) continue;
    if (!fits(node, needs)) resource.allowed.set(node.index, -INFINITY_SCORE);
  }
}

function sumNeeds(resources: ReadonlySet<ResourceInstance>): Map<string, number> {
  const sum = new Map<string, number>();
  for (const resource of resources) {
    for (const [name, need] of resource.utilization) sum.set(name, (sum.get(name) ?? 0) + need);
  }
  return sum;
}

/** Unassigned resources that must be on the same node, followed through mandatory colocations. */
function mandatorySet(resource: ResourceInstance, found: Set<ResourceInstance>): Set<ResourceInstance> {
  if (found.has(resource) || resource.assigned) return found;
  found.add(resource);
  if (resource.isGroup) for (const member of resource.children) mandatorySet(member, found);
  for (const colocation of resource.colocations) {
    if (colocation.score >= INFINITY_SCORE) mandatorySet(colocation.primary, found);
  }
  for (const colocation of resource.colocatedWithThis) {
    if (colocation.score >= INFINITY_SCORE) mandatorySet(colocation.dependent, found);
  }
  return found;
}
