import { INFINITY_SCORE } from '@holdfast/model';
import { adjustScoreEverywhere } from '../node-criteria/locations.ts';
import { isAvailable } from '../node-criteria/node-available.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { NodeTable } from '../state/node-table.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { assign } from './assign.ts';
import { unassign } from './assign-state.ts';
import { currentNode } from './current-node.ts';

interface Limits {
  readonly maxTotal: number;
  readonly maxPerNode: number;
}

/**
 * Assigns the instances of a clone (or containers of a bundle). Instances stay where they are as far as the
 * nodes' shares allow; the rest follow by score. How many each node has is counted in the collective's table.
 * Instances beyond the limit are not assigned at all: they have no node and stop, even where what would be assigned
 * is left as it is because nothing can be fenced.
 */
export function assignInstances(
  state: ClusterState,
  collective: ResourceInstance,
  instances: readonly ResourceInstance[],
  limits: Limits,
): void {
  const available = resetCounts(state, collective);
  const share = available > 0 ? Math.trunc(limits.maxTotal / available) : 0;
  const optimalPerNode = Math.max(1, share);
  let assigned = 0;
  for (const instance of instances) {
    if (assigned >= limits.maxTotal) break;
    const current = nodeToKeep(collective, instance, optimalPerNode);
    if (current === undefined) continue;
    if (keepInPlace(state, collective, instance, current, limits, limits.maxTotal - assigned)) assigned++;
  }
  for (const instance of instances) {
    if (instance.assigned) continue;
    if (assigned >= limits.maxTotal) {
      adjustScoreEverywhere(state, instance, -INFINITY_SCORE, 'instance limit');
    } else if (place(state, collective, instance, undefined, limits.maxPerNode)) assigned++;
  }
}

/** Clears the instance counts; the number of nodes that can take resources. */
export function resetCounts(state: ClusterState, collective: ResourceInstance): number {
  let available = 0;
  collective.allowed.counts.fill(0);
  for (const node of state.nodes) {
    if (collective.allowed.has(node.index) && isAvailable(node)) available++;
  }
  return available;
}

/** The node an instance should preferably stay on: where it is healthy and the node's share is not used up. */
function nodeToKeep(
  collective: ResourceInstance,
  instance: ResourceInstance,
  optimalPerNode: number,
): NodeInstance | undefined {
  if (instance.assigned || !isRunning(instance) || instance.failed) return undefined;
  const node = instanceNode(instance);
  if (node === undefined || !isAvailable(node)) return undefined;
  const { allowed } = collective;
  if (allowed.has(node.index) && (allowed.counts[node.index] as number) >= optimalPerNode) return undefined;
  return node;
}

function isRunning(instance: ResourceInstance): boolean {
  return instance.runningOn.length > 0;
}

/** The instance or any part of it failed. */
export function hasFailed(instance: ResourceInstance): boolean {
  return instance.failed || instance.children.some(hasFailed);
}

/** Node of an instance; a group instance is where its first active member is. */
export function instanceNode(instance: ResourceInstance): NodeInstance | undefined {
  return currentNode(instance);
}

/**
 * Tries to keep an instance on its node. If its best node turns out to be another one, one place there is
 * reserved for an instance and the attempt repeated, until the current node wins or nothing is left to reserve.
 */
function keepInPlace(
  state: ClusterState,
  collective: ResourceInstance,
  instance: ResourceInstance,
  current: NodeInstance,
  limits: Limits,
  available: number,
): boolean {
  const { allowed } = instance;
  if (!allowed.has(current.index) || allowed.score(current.index) < 0) return false;
  const counts = collective.allowed.counts.slice();
  const tables = copyTables(instance);
  let kept = false;
  for (let reserved = 0; reserved < available; reserved++) {
    const chosen = tryPlace(state, collective, instance, current, limits.maxPerNode);
    if (chosen === current) {
      kept = true;
      break;
    }
    unassign(instance);
    restoreTables(tables);
    if (chosen === undefined) break;
    addCount(collective, chosen);
  }
  collective.allowed.counts.set(counts);
  if (kept) addCount(collective, current);
  return kept;
}

function addCount(collective: ResourceInstance, node: NodeInstance): void {
  const { counts } = collective.allowed;
  counts[node.index] = (counts[node.index] as number) + 1;
}

function copyTables(resource: ResourceInstance): Map<ResourceInstance, NodeTable> {
  const tables = new Map([[resource, resource.allowed.copy()]]);
  for (const child of resource.children) for (const [r, t] of copyTables(child)) tables.set(r, t);
  return tables;
}

function restoreTables(tables: ReadonlyMap<ResourceInstance, NodeTable>): void {
  for (const [resource, table] of tables) resource.allowed.assign(table);
}

function place(
  state: ClusterState,
  collective: ResourceInstance,
  instance: ResourceInstance,
  prefer: NodeInstance | undefined,
  maxPerNode: number,
): boolean {
  const chosen = tryPlace(state, collective, instance, prefer, maxPerNode);
  if (chosen === undefined) return false;
  addCount(collective, chosen);
  return true;
}

/** An attempt with a preferred node can be taken back, so its failure does not stop the instance. */
function tryPlace(
  state: ClusterState,
  collective: ResourceInstance,
  instance: ResourceInstance,
  prefer: NodeInstance | undefined,
  maxPerNode: number,
): NodeInstance | undefined {
  if (instance.assigning) return undefined;
  banUnavailable(state, collective, instance, maxPerNode);
  return assign(state, instance, prefer, prefer === undefined);
}

/** Bans an instance from nodes that are full, banned for the clone, or cannot take resources. */
function banUnavailable(
  state: ClusterState,
  collective: ResourceInstance,
  instance: ResourceInstance,
  maxPerNode: number,
): void {
  for (const node of state.nodes) {
    const { index } = node;
    if (!instance.allowed.has(index) || canTake(collective, instance, node, maxPerNode)) continue;
    instance.allowed.set(index, -INFINITY_SCORE, '#instances');
    for (const child of instance.children)
      if (child.allowed.has(index)) child.allowed.set(index, -INFINITY_SCORE, '#instances');
  }
}

function canTake(
  collective: ResourceInstance,
  instance: ResourceInstance,
  node: NodeInstance,
  maxPerNode: number,
): boolean {
  const { allowed } = collective;
  if (instance.removed || !isAvailable(node)) return false;
  if (!allowed.has(node.index) || allowed.score(node.index) < 0) return false;
  return (allowed.counts[node.index] as number) < maxPerNode;
}
