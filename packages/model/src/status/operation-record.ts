/** One recorded operation of one resource on one node (`lrm_rsc_op`). Times are epoch seconds, durations milliseconds. */
export interface OperationRecord {
  readonly id: string;
  /** `start`, `stop`, `monitor`, `promote`, `demote`, `notify`, `migrate_to`, `migrate_from`, `reload-agent`, ... */
  readonly operation: string;
  /** `RSC_OPERATION_INTERVALMS`. */
  readonly operationKey: string;
  readonly intervalMs: number;
  /** Order of execution on the node; -1 while pending. */
  readonly callId: number;
  /** OCF exit code; 193 while pending. */
  readonly rcCode: number;
  /** -1 pending, 0 done, 1 cancelled, 2 timeout, 3 not supported, 4 error, 5 hard, 6 fatal, 7 not installed ... */
  readonly opStatus: number;
  /** `action:graph:expected-rc:uuid`. */
  readonly transitionKey?: string;
  /** `op-status:rc:key`. */
  readonly transitionMagic?: string;
  readonly exitReason?: string;
  readonly onNode?: string;
  readonly lastRcChange?: number;
  readonly lastRun?: number;
  readonly execTimeMs?: number;
  readonly queueTimeMs?: number;
  readonly opDigest?: string;
  readonly opRestartDigest?: string;
  readonly opForceRestart?: string;
  readonly opSecureDigest?: string;
  readonly opSecureParams?: string;
  readonly migrateSource?: string;
  readonly migrateTarget?: string;
  /** Attributes of the CIB element that have no field here, kept for a lossless round trip. */
  readonly extra?: Readonly<Record<string, string>>;
}
