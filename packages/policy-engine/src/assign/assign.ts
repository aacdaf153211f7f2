import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { assignBundle } from './bundle.ts';
import { assignClone } from './clone.ts';
import { assignGroup } from './group.ts';
import { assignLongChain } from './long-chain.ts';
import { assignPrimitive } from './primitive.ts';
import { sortForPlacement } from './sort-resources.ts';
import { resetCapacities } from './utilization.ts';

/**
 * Chooses nodes for all resources, in the order of their priority. Connections to remote nodes come first,
 * since whether those nodes can be used depends on them.
 */
export function assignResources(state: ClusterState): void {
  resetCapacities(state);
  if (state.options.placementStrategy !== 'default') sortForPlacement(state);
  if (state.haveRemoteNodes) {
    for (const resource of state.resources) {
      if (!resource.isRemoteConnection) continue;
      assignLongChain(state, resource);
      assign(state, resource, resource.partialMigrationTarget, true);
    }
  }
  for (const resource of state.resources) {
    if (resource.isRemoteConnection) continue;
    assignLongChain(state, resource);
    assign(state, resource, undefined, true);
  }
}

/** Assigns one resource of any kind; the node it (or its first member) got. */
export function assign(
  state: ClusterState,
  resource: ResourceInstance,
  prefer: NodeInstance | undefined,
  stopIfFail: boolean,
): NodeInstance | undefined {
  switch (resource.kind) {
    case 'primitive':
      return assignPrimitive(state, resource, prefer, stopIfFail);
    case 'group':
      return assignGroup(state, resource, prefer, stopIfFail);
    case 'clone':
      return assignClone(state, resource, stopIfFail);
    case 'bundle':
      return assignBundle(state, resource, stopIfFail);
  }
}
