import type { ClusterState } from '../state/index.ts';

/** What the printers of single resources need of the whole. */
export interface StatusContext {
  readonly state: ClusterState;
  /** Show operations in progress instead of the state they started from. */
  readonly pending: boolean;
}
