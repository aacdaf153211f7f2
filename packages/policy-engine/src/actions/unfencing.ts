import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { compareFenceDigest } from './digests.ts';

/** Fence devices that unfence nodes (`provides=unfencing`). */
export function unfencingDevices(resources: readonly ResourceInstance[]): ResourceInstance[] {
  const found: ResourceInstance[] = [];
  for (const resource of resources) {
    if (!resource.isPrimitive) found.push(...unfencingDevices(resource.children));
    else if (resource.fenceDevice && resource.meta.get('provides') === 'unfencing') found.push(resource);
  }
  return found;
}

/** Notes the devices' parameter digests in a fencing action; a changed device asks for unfencing again. */
export function addUnfencingDigests(state: ClusterState, action: Action, node: NodeInstance): void {
  let all = '';
  let secure = '';
  // Newest first, as nodes record them.
  for (const device of unfencingDevices(state.resources).reverse()) {
    const digest = compareFenceDigest(state, device, node);
    if (digest.changed) {
      action.flags &= ~ActionFlag.optional;
      action.reason = 'fencing device definition changed';
    }
    all += `${device.id}:${device.agent}:${digest.all},`;
    secure += `${device.id}:${device.agent}:${digest.secure},`;
  }
  action.meta.set('digests_all', all);
  action.meta.set('digests_secure', secure);
}
