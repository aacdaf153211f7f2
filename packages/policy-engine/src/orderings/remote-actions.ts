import type { ClusterState } from '../state/cluster-state.ts';

/** Orders what happens on remote nodes around the starts and stops of their connections. */
export function orderRemoteActions(state: ClusterState): void {
  if (!state.haveRemoteNodes) return;
}
