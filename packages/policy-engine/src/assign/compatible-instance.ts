import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { locationOf } from './clone-colocation.ts';
import { sortedNodes } from './primitive.ts';

/** Instances of a clone, or the containers of a bundle. */
export function instancesOf(collective: ResourceInstance): readonly ResourceInstance[] {
  if (!collective.isBundle) return collective.children;
  const containers: ResourceInstance[] = [];
  for (const replica of collective.bundle?.replicas ?? []) {
    if (replica.container !== undefined) containers.push(replica.container);
  }
  return containers;
}

/** The instance of a clone that belongs with a given resource: the one on its node, or on its best nodes. */
export function compatibleInstance(
  state: ClusterState,
  resource: ResourceInstance,
  collective: ResourceInstance,
  role: Role,
  current: boolean,
): ResourceInstance | undefined {
  const own = current ? currentLocation(resource) : locationOf(resource);
  if (own !== undefined) return instanceOn(collective, own, role, current);
  // Not placed yet: whichever instance is on the best node possible.
  for (const node of sortedNodes(state, resource)) {
    const found = instanceOn(collective, node, role, current);
    if (found !== undefined) return found;
  }
  return undefined;
}

function currentLocation(resource: ResourceInstance): NodeInstance | undefined {
  if (resource.isPrimitive) return resource.runningOn[0];
  for (const child of resource.children) {
    const node = currentLocation(child);
    if (node !== undefined) return node;
  }
  return undefined;
}

/** The instance that is, or will be, on a node in a role. */
export function instanceOn(
  collective: ResourceInstance,
  node: NodeInstance,
  role: Role,
  current: boolean,
): ResourceInstance | undefined {
  for (const instance of instancesOf(collective)) {
    if (instance.blocked) continue;
    if (role !== Role.unknown) {
      const has = current ? instance.role : instance.nextRole;
      if (has !== role) continue;
    }
    const at = current ? currentLocation(instance) : locationOf(instance);
    if (at === node) return instance;
  }
  return undefined;
}
