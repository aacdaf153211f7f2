import type { ClusterState } from '../state/cluster-state.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';

/** Orderings and colocations between the parts of a bundle. */
export function constrainBundle(state: ClusterState, bundle: ResourceInstance): void {
  void state;
  void bundle;
}
