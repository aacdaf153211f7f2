import type { Configuration } from '../configuration/configuration.ts';
import type { ClusterStatus } from './cluster-status.ts';

/** A whole CIB: header attributes, configuration and status. The policy engine's input. */
export interface ClusterInformation {
  /** Attributes of `cib`: validate-with, epoch, have-quorum, dc-uuid, execution-date, have-watchdog, ... */
  readonly header: Readonly<Record<string, string>>;
  readonly configuration: Configuration;
  readonly status: ClusterStatus;
}
