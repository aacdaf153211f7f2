import { instancesOf } from '../assign/compatible-instance.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { createInstanceActions } from './clone-actions.ts';
import { createActions } from './create-actions.ts';
import { createMark } from './group-actions.ts';
import { createPrimitiveActions } from './primitive-actions.ts';

/** Actions of a bundle: those of all its parts, with the bundle's own marks around them. */
export function createBundleActions(state: ClusterState, bundle: ResourceInstance): void {
  for (const { ip, remote } of bundle.bundle?.replicas ?? []) {
    if (ip !== undefined) createPrimitiveActions(state, ip);
    if (remote !== undefined) createPrimitiveActions(state, remote);
  }
  createInstanceActions(state, bundle, instancesOf(bundle));
  const child = bundle.bundle?.child;
  if (child === undefined) return;
  createActions(state, child);
  if (!child.promotable) return;
  for (const task of ['promote', 'demote']) createMark(state, bundle, task, true);
  for (const task of ['promoted', 'demoted']) createMark(state, bundle, task, true).priority = 1_000_000;
}
