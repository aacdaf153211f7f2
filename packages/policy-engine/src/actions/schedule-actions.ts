import { addOrdering } from '../internal-constraints/add-ordering.ts';
import { orderRemoteActions } from '../orderings/remote-actions.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { failCount } from '../unpack/fail-counts.ts';
import { clearFailCount } from './clear-fail-count.ts';
import { handleDeferredChanges } from './config-changes.ts';
import { operationKey } from './create-action.ts';
import { createActions } from './create-actions.ts';
import { scheduleProbes } from './probes.ts';

/** Creates all resource actions: probes, clean-up of removed resources, and what each resource needs. */
export function scheduleActions(state: ClusterState): void {
  handleDeferredChanges(state);
  if (state.options.enableStartupProbes) scheduleProbes(state);
  if (state.options.stopRemovedResources) {
    for (const resource of state.resources) forgetFailures(state, resource);
  }
  for (const resource of state.resources) createActions(state, resource);
  // Last, since what it finds may mean that nodes have to be fenced.
  orderRemoteActions(state);
}

function forgetFailures(state: ClusterState, resource: ResourceInstance): void {
  if (!resource.removed) return;
  for (const node of state.nodes) {
    if (!node.online || failCount(state, resource, node, { effective: true }).count === 0) continue;
    const clear = clearFailCount(state, resource, node, 'it is removed');
    addOrdering(
      state,
      { action: clear },
      { resource, key: operationKey(resource.id, 'stop', 0) },
      OrderFlag.ordered,
    );
  }
}
