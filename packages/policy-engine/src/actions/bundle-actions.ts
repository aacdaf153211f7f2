import { instancesOf } from '../assign/compatible-instance.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { createStartStop } from './clone-actions.ts';
import { createActions } from './create-actions.ts';
import { createMark } from './group-actions.ts';
import { createPrimitiveActions } from './primitive-actions.ts';

/** Actions of a bundle: those of all its parts, with the bundle's own marks around them. */
export function createBundleActions(state: ClusterState, bundle: ResourceInstance): void {
  for (const { ip, container, remote } of bundle.bundle?.replicas ?? []) {
    for (const part of [ip, container, remote]) if (part !== undefined) createPrimitiveActions(state, part);
  }
  createStartStop(state, bundle, instancesOf(bundle));
  const child = bundle.bundle?.child;
  if (child === undefined) return;
  createActions(state, child);
  if (!child.promotable) return;
  for (const [task, end] of [
    ['promote', 'promoted'],
    ['demote', 'demoted'],
  ] as const) {
    createMark(state, bundle, task, true);
    createMark(state, bundle, end, true).priority = 1_000_000;
  }
}
