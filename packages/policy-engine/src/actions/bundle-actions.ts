import type { ClusterState } from '../state/cluster-state.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { createActions } from './create-actions.ts';

/** Actions of a bundle: those of all its parts. */
export function createBundleActions(state: ClusterState, bundle: ResourceInstance): void {
  for (const child of bundle.children) createActions(state, child);
}
