/** One run of a resource agent on this host. */
export interface AgentRun {
  /** Chosen by the caller, unique within this process; names the run in cancel() and results. */
  readonly runId: number;
  /** `ocf`, `systemd`, `service` or `lsb`. */
  readonly class: string;
  readonly provider?: string;
  readonly type: string;
  /** OCF_RESOURCE_INSTANCE, with instance number for globally unique clones. */
  readonly resource: string;
  /** `start`, `stop`, `monitor`, `promote`, `demote`, `notify`, `meta-data`, `validate-all`, ... */
  readonly operation: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Parameters and `CRM_meta_*`, as in the action graph. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** How one run ended. */
export interface AgentResult {
  readonly runId: number;
  /** OCF exit code. 1 on timeout and crash. */
  readonly rcCode: number;
  /** 0 done, 1 cancelled, 2 timeout, 4 error (crashed or could not be run), 7 agent not installed. */
  readonly opStatus: number;
  readonly exitReason?: string;
  readonly execTimeMs: number;
  readonly queueTimeMs: number;
  /** Standard output, bounded; for meta-data. */
  readonly output?: string;
  /**
   * True when the process could not be killed or its fate is unknown: the resource must be assumed active.
   */
  readonly unknown?: boolean;
}

/** Runs agents as processes of this host. Results come in any order; one result per run, always. */
export interface AgentRunner {
  start(onResult: (result: AgentResult) => void): Promise<void>;
  run(run: AgentRun): void;
  /** Ends a run early by TERM, then KILL. It still gets its result (opStatus 1). */
  cancel(runId: number): void;
  stop(): Promise<void>;
}
