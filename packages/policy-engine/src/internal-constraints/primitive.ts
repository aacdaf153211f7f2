import { INFINITY_SCORE } from '@holdfast/model';
import { createFencing } from '../actions/fence-action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { addColocation } from './add-colocation.ts';
import { addOrdering, orderResources } from './add-ordering.ts';
import { orderByLoad } from './utilization.ts';

/**
 * Orderings within one primitive: stop before start (a restart), demote before stop, start before promote;
 * and its ties to unfencing, capacity, and to the container it lives in.
 */
export function constrainPrimitive(state: ClusterState, resource: ResourceInstance): void {
  if (!resource.managed) return;
  orderResources(
    state,
    resource,
    'stop',
    resource,
    'start',
    OrderFlag.ordered | OrderFlag.firstImpliesThen | OrderFlag.intermediateStop,
  );
  if (resource.top().promotable || resource.role > Role.unpromoted) {
    orderResources(state, resource, 'demote', resource, 'stop', OrderFlag.promotedThenImpliesFirst);
    orderResources(state, resource, 'start', resource, 'promote', OrderFlag.unrunnableFirstBlocks);
  }
  // A history must not be deleted while a probe on the same node writes it anew.
  orderResources(
    state,
    resource,
    'lrm_delete',
    resource,
    'monitor',
    OrderFlag.ifOnSameNode | OrderFlag.thenCancelsFirst,
  );
  if (!resource.fenceDevice && state.haveUnfencing && resource.needs === 'unfencing') {
    orderAroundUnfencing(state, resource);
  }
  if (resource.utilization.size > 0 && state.options.placementStrategy !== 'default') {
    orderByLoad(state, resource);
  }
  if (resource.launcher !== undefined) tieToContainer(state, resource, resource.launcher);
  if (resource.isRemoteConnection || resource.fenceDevice) avoidRemoteNodes(state, resource);
}

function orderAroundUnfencing(state: ClusterState, resource: ResourceInstance): void {
  for (const node of state.nodes) {
    if (!resource.allowed.has(node.index)) continue;
    const unfence = createFencing(state, node, { operation: 'on', optional: true, priorityDelay: false });
    addOrdering(
      state,
      { resource, key: `${resource.id}_stop_0` },
      { action: unfence },
      OrderFlag.ordered | OrderFlag.ifOnSameNode,
    );
    addOrdering(
      state,
      { action: unfence },
      { resource, key: `${resource.id}_start_0` },
      OrderFlag.firstImpliesSameNodeThen | OrderFlag.ifOnSameNode,
    );
  }
}

/** Connections and fence devices need a full member. */
export function avoidRemoteNodes(state: ClusterState, resource: ResourceInstance): void {
  for (const node of state.nodes) {
    if (node.kind === 'remote' && resource.allowed.has(node.index)) {
      resource.allowed.set(node.index, -INFINITY_SCORE, '#members-only');
    }
  }
}

function tieToContainer(state: ClusterState, resource: ResourceInstance, container: ResourceInstance): void {
  let guest: ResourceInstance | undefined;
  if (resource.isRemoteConnection) {
    if (!resource.allowRemoteRemotes) avoidRemoteNodes(state, container);
    // If a probe finds the container running, the connection need not be stopped.
    orderResources(state, container, 'monitor', resource, 'stop', OrderFlag.ordered);
  } else if (container.isRemoteConnection) guest = container;
  else guest = container.launched.find((other) => other.isRemoteConnection);
  if (guest !== undefined && guest !== resource) {
    for (const node of state.nodes) {
      if (resource.allowed.has(node.index) && node.connection !== guest) {
        resource.allowed.set(node.index, -INFINITY_SCORE, '#container');
      }
    }
    return;
  }
  orderResources(
    state,
    container,
    'start',
    resource,
    'start',
    OrderFlag.firstImpliesThen | OrderFlag.unrunnableFirstBlocks,
  );
  orderResources(state, resource, 'stop', container, 'stop', OrderFlag.thenImpliesFirst);
  addColocation(state, {
    id: '#resource-with-container',
    dependent: resource,
    primary: container,
    dependentRole: Role.unknown,
    primaryRole: Role.unknown,
    // A connection may be elsewhere if its container is on a remote node.
    score: resource.allowRemoteRemotes ? 10_000 : INFINITY_SCORE,
    nodeAttribute: undefined,
    influence: true,
    internal: true,
  });
}
