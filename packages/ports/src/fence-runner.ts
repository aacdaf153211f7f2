/** One run of a fence agent on this host. */
export interface FenceRun {
  readonly runId: number;
  /** Agent name, e.g. `fence_ipmilan`. */
  readonly agent: string;
  /** `off`, `on`, `reboot`, `status`, `monitor`, `list`, `metadata`, `validate-all`. */
  readonly action: string;
  /**
   * Value for the agent's target argument (already mapped by the host map); absent for monitor, list,
   * metadata.
   */
  readonly target?: string;
  /** Name of the agent's target argument; absent: as the agent's metadata says (port, plug). */
  readonly targetArgument?: string;
  /**
   * What is asked before the action, which is not carried out unless the answer vouches for the target: `list` must name
   * it, `status` must know its state. Absent: nothing, since the configuration vouches for it.
   */
  readonly targetCheck?: 'list' | 'status';
  readonly parameters: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** How one run ended. */
export interface FenceResult {
  readonly runId: number;
  /** Exit code of the agent; undefined when it timed out or crashed. */
  readonly rcCode?: number;
  readonly timedOut: boolean;
  readonly execTimeMs: number;
  /** Bounded. */
  readonly output: string;
  readonly reason?: string;
}

/** Runs fence agents by the standard input protocol. One result per run, always. */
export interface FenceRunner {
  start(onResult: (result: FenceResult) => void): Promise<void>;
  run(run: FenceRun): void;
  cancel(runId: number): void;
  stop(): Promise<void>;
}
