import { INFINITY_SCORE } from '@holdfast/model';
import { clearHistory } from '../actions/clear-history.ts';
import { findAction } from '../actions/create-action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { Discovery } from '../state/node-table.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { failCount } from '../unpack/fail-counts.ts';
import { integerOr } from '../unpack/option-values.ts';
import { adjustScore, applyLocation } from './locations.ts';

/**
 * Everything that makes a node better or worse for a resource by itself, before resources are looked at
 * together: locations, shutdown locks, failures beyond the migration threshold, exclusive discovery,
 * stickiness.
 */
export function applyNodeCriteria(state: ClusterState): void {
  for (const location of state.locations) applyLocation(location.resource, location);
  if (state.options.shutdownLock) for (const resource of state.resources) lockToNode(state, resource);
  for (const resource of state.resources) banAfterFailures(state, resource);
  for (const resource of state.resources) {
    for (const node of state.nodes) restrictDiscovery(resource, node);
  }
  for (const resource of state.resources) applyStickiness(state, resource);
}

/** A resource is sticky if it is managed and active on exactly one node that it is still allowed on. */
function applyStickiness(state: ClusterState, resource: ResourceInstance): void {
  for (const child of resource.children) applyStickiness(state, child);
  if (resource.children.length > 0) return;
  if (!resource.managed || resource.stickiness < 1 || resource.runningOn.length !== 1) return;
  const node = resource.runningOn[0] as NodeInstance;
  // In an opt-in cluster the resource may have lost its permission for the node.
  if (!state.options.symmetric && !resource.allowed.has(node.index)) return;
  adjustScore(resource, node, resource.stickiness, 'stickiness');
}

/** Too many failures on a node ban the resource (or the whole anonymous clone) from it. */
function banAfterFailures(state: ClusterState, resource: ResourceInstance): void {
  for (const child of resource.children) banAfterFailures(state, child);
  if (resource.children.length > 0) return;
  for (const node of state.nodes) {
    // A fail count that is about to be cleared is no reason to leave.
    if (findAction(resource, { task: 'clear_failcount' }, node) !== undefined) continue;
    if (!isBeyondThreshold(state, resource, node)) continue;
    const target = resource.unique ? resource : resource.top();
    adjustScore(target, node, -INFINITY_SCORE, 'migration threshold');
  }
}

/** Whether a resource failed on a node as often as its migration threshold says. */
export function isBeyondThreshold(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
): boolean {
  if (resource.migrationThreshold === 0 || resource.ignoreFailure || node.attributes.size === 0) return false;
  const { count } = failCount(state, resource, node, { effective: true, fillers: true });
  return count > 0 && count >= resource.migrationThreshold;
}

function restrictDiscovery(resource: ResourceInstance, node: NodeInstance): void {
  if (!resource.exclusiveDiscovery && !resource.top().exclusiveDiscovery) return;
  for (const child of resource.children) restrictDiscovery(child, node);
  const { allowed } = resource;
  if (allowed.has(node.index) && allowed.discovery[node.index] !== Discovery.exclusive) {
    allowed.set(node.index, -INFINITY_SCORE, 'resource-discovery=exclusive');
  }
}

/** A resource whose node shuts down cleanly stays reserved for that node. */
function lockToNode(state: ClusterState, resource: ResourceInstance): void {
  if (resource.isGroup) {
    for (const child of resource.children) lockToNode(state, child);
    return;
  }
  if (!resource.isPrimitive || resource.fenceDevice || resource.isRemoteConnection) return;
  if (resource.lockNode !== undefined) {
    if (resource.runningOn.length > 0) {
      clearHistory(state, resource, resource.lockNode);
      resource.lockNode = undefined;
      resource.lockTimeSeconds = 0;
    }
  } else if (resource.runningOn.length === 1) {
    const node = resource.runningOn[0] as NodeInstance;
    if (node.shutdown && !node.unclean) {
      resource.lockNode = node;
      resource.lockTimeSeconds = integerOr(node.attributes.get('shutdown'), state.nowSeconds);
    }
  }
  const { lockNode } = resource;
  if (lockNode === undefined) return;
  const limit = Math.trunc(state.options.shutdownLockLimitMs / 1000);
  if (limit > 0) state.recheckBy(resource.lockTimeSeconds + limit + 1);
  for (const node of state.nodes) {
    if (node !== lockNode) adjustScore(resource, node, -INFINITY_SCORE, 'shutdown-lock');
  }
}
