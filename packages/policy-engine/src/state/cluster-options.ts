export type NoQuorumPolicy = 'stop' | 'freeze' | 'ignore' | 'demote' | 'fence';
export type HealthStrategy = 'none' | 'migrate-on-red' | 'only-green' | 'progressive' | 'custom';
export type PlacementStrategy = 'default' | 'utilization' | 'balanced' | 'minimal';

/** Cluster options as read, defaults applied. */
export interface ClusterOptions {
  /** Everything set, by current name, for rules and the graph header. */
  readonly raw: ReadonlyMap<string, string>;
  readonly symmetric: boolean;
  readonly noQuorumPolicy: NoQuorumPolicy;
  readonly fencingEnabled: boolean;
  readonly fencingAction: 'reboot' | 'off';
  readonly fencingTimeoutMs: number;
  readonly haveWatchdog: boolean;
  readonly concurrentFencing: boolean;
  readonly startupFencing: boolean;
  readonly priorityFencingDelayMs: number;
  readonly nodePendingTimeoutMs: number;
  readonly fenceRemoteWithoutQuorum: boolean;
  readonly maintenanceMode: boolean;
  readonly stopAllResources: boolean;
  readonly stopRemovedResources: boolean;
  readonly cancelRemovedActions: boolean;
  readonly removeAfterStop: boolean;
  readonly startFailureIsFatal: boolean;
  readonly enableStartupProbes: boolean;
  readonly shutdownLock: boolean;
  readonly shutdownLockLimitMs: number;
  readonly clusterName: string | undefined;
  readonly clusterDelay: string;
  readonly batchLimit: string;
  readonly migrationLimit: number | undefined;
  readonly placementStrategy: PlacementStrategy;
  readonly healthStrategy: HealthStrategy;
  readonly healthBase: number;
  readonly healthGreen: number;
  readonly healthYellow: number;
  readonly healthRed: number;
}
