import { type AgentResult, type AgentRun, type AgentRunner, assert, type Logger } from '@holdfast/ports';
import type { SpawnReport } from '../spawner/spawn-protocol.ts';
import type { SpawnerClient } from '../spawner/spawner-client.ts';
import { type Invocation, type InvocationHost, invocationFor } from './invocation.ts';
import { OCF, OPERATION_STATUS } from './ocf-codes.ts';
import { prepareRunFolder } from './run-folder.ts';
import { type QueuedRun, RunQueue } from './run-queue.ts';

export interface HostAgentRunnerOptions {
  readonly spawner: SpawnerClient;
  readonly host: InvocationHost;
  readonly logger: Logger;
  /** HA_RSCTMP. Made at the start if it is missing, emptied if the host was booted since. */
  readonly runFolder: string;
  /** Runs at once. @default 32. More shorten a start of many resources until the processors are busy. */
  readonly maxParallel?: number;
  /** From TERM to KILL when a run is timed out or cancelled. @default 2000. Longer is gentler and delays recovery. */
  readonly graceMs?: number;
  /** From KILL until a run is given up as unknown. @default 5000 */
  readonly killWaitMs?: number;
  /** Bytes kept of each output of an operation. @default 65536 */
  readonly maxOutputBytes?: number;
}

interface Entry extends QueuedRun {
  readonly run: AgentRun;
  readonly queuedAtMs: number;
  startedAtMs: number;
  spawnId: number | undefined;
}

/** Meta-data of large agents is longer than any operation's output that is worth keeping. */
const METADATA_MAX_BYTES = 1024 * 1024;
/** What is logged of a failed operation's standard error. */
const LOGGED_ERROR_LENGTH = 4096;
/** Operations that touch nothing, so they need not wait for others of the same resource. */
const STATELESS = new Set(['meta-data', 'validate-all']);

/** Runs resource agents as processes of this host. */
export class HostAgentRunner implements AgentRunner {
  readonly #options: HostAgentRunnerOptions;
  readonly #queue: RunQueue<Entry>;
  readonly #running = new Map<number, Entry>();
  #onResult: ((result: AgentResult) => void) | undefined;
  #idle: (() => void) | undefined;

  constructor(options: HostAgentRunnerOptions) {
    this.#options = options;
    this.#queue = new RunQueue({ maxParallel: options.maxParallel ?? 32 });
  }

  async start(onResult: (result: AgentResult) => void): Promise<void> {
    this.#onResult = onResult;
    await prepareRunFolder(this.#options.runFolder).catch((error: Error) =>
      this.#options.logger.log({
        level: 'warn',
        event: 'run-folder-missing',
        message: `agents that keep state will fail: ${error.message}`,
        fields: { runFolder: this.#options.runFolder },
      }),
    );
    this.#options.spawner.start();
  }

  run(run: AgentRun): void {
    assert(this.#onResult !== undefined, 'the agent runner is started before it runs agents');
    const stateless = STATELESS.has(run.operation);
    const now = performance.now();
    this.#queue.push({
      run,
      recurring: run.intervalMs > 0,
      ...(stateless ? {} : { key: run.resource }),
      queuedAtMs: now,
      startedAtMs: now,
      spawnId: undefined,
    });
    this.#pump();
  }

  cancel(runId: number): void {
    const waiting = this.#queue.remove((entry) => entry.run.runId === runId);
    if (waiting !== undefined) {
      setImmediate(() => this.#answer(waiting, cancelled()));
      return;
    }
    const spawnId = this.#running.get(runId)?.spawnId;
    if (spawnId !== undefined) this.#options.spawner.cancel(spawnId);
  }

  /** Cancels everything, waits for the results, lets the spawner go. */
  async stop(): Promise<void> {
    for (const entry of this.#queue.drain()) this.#answer(entry, cancelled());
    for (const runId of this.#running.keys()) this.cancel(runId);
    if (this.#running.size > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    await this.#options.spawner.stop();
  }

  #pump(): void {
    for (let entry = this.#queue.take(); entry !== undefined; entry = this.#queue.take()) this.#begin(entry);
  }

  #begin(entry: Entry): void {
    const { run } = entry;
    entry.startedAtMs = performance.now();
    this.#running.set(run.runId, entry);
    const invocation = invocationFor(run, this.#options.host);
    if (!('file' in invocation)) {
      const status =
        invocation.rcCode === OCF.notInstalled ? OPERATION_STATUS.notInstalled : OPERATION_STATUS.done;
      const { rcCode, reason } = invocation;
      setImmediate(() => this.#end(entry, { rcCode, opStatus: status, exitReason: reason, execTimeMs: 0 }));
      return;
    }
    const { file, args, env } = invocation;
    const maxOutputBytes =
      run.operation === 'meta-data' ? METADATA_MAX_BYTES : (this.#options.maxOutputBytes ?? 65_536);
    const limits = { graceMs: this.#options.graceMs ?? 2000, killWaitMs: this.#options.killWaitMs ?? 5000 };
    entry.spawnId = this.#options.spawner.run(
      { file, args, env, timeoutMs: run.timeoutMs, ...limits, maxOutputBytes },
      (report) => {
        this.#logOutput(run, report);
        this.#end(entry, endingOf(run, invocation, report));
      },
    );
  }

  #end(entry: Entry, ending: Ending): void {
    this.#running.delete(entry.run.runId);
    this.#queue.release(entry);
    this.#answer(entry, ending);
    this.#pump();
    if (this.#running.size === 0) this.#idle?.();
  }

  #answer(entry: Entry, ending: Ending): void {
    const queueTimeMs = Math.round(entry.startedAtMs - entry.queuedAtMs);
    this.#onResult!({ runId: entry.run.runId, queueTimeMs, ...ending });
  }

  #logOutput(run: AgentRun, report: SpawnReport): void {
    if (report.stderr === '') return;
    this.#options.logger.log({
      level: report.code === 0 ? 'debug' : 'info',
      event: 'agent-output',
      message: `${run.resource} ${run.operation}: ${report.stderr.slice(-LOGGED_ERROR_LENGTH).trimEnd()}`,
      fields: { resource: run.resource, operation: run.operation, runId: run.runId },
    });
  }
}

type Ending = Omit<AgentResult, 'runId' | 'queueTimeMs'>;

function cancelled(): Ending {
  return { rcCode: OCF.genericError, opStatus: OPERATION_STATUS.cancelled, execTimeMs: 0 };
}

function endingOf(run: AgentRun, invocation: Invocation, report: SpawnReport): Ending {
  const { execTimeMs } = report;
  const unknown = report.unknown ? { unknown: true } : {};
  const failed = { rcCode: OCF.genericError, execTimeMs, ...unknown };
  if (report.timedOut) {
    const exitReason = report.exitReason ?? timeoutReason(run, report);
    return { ...failed, opStatus: OPERATION_STATUS.timeout, exitReason };
  }
  if (report.cancelled) return { ...failed, opStatus: OPERATION_STATUS.cancelled };
  if (report.error !== undefined) return { ...failed, ...spawnFailure(invocation.file, report) };
  if (report.code === undefined) {
    const exitReason = `the agent was ended by ${report.signal}`;
    return { ...failed, opStatus: OPERATION_STATUS.error, exitReason };
  }
  return {
    rcCode: invocation.exitCode(report.code, report),
    opStatus: OPERATION_STATUS.done,
    execTimeMs,
    ...(report.exitReason === undefined ? {} : { exitReason: report.exitReason }),
    ...(STATELESS.has(run.operation) ? { output: report.stdout } : {}),
  };
}

function timeoutReason(run: AgentRun, report: SpawnReport): string {
  const fate = report.unknown ? '; it could not be killed' : report.killed ? '; it was killed' : '';
  return `${run.operation} did not finish within ${run.timeoutMs} ms${fate}`;
}

function spawnFailure(file: string, report: SpawnReport): Pick<Ending, 'rcCode' | 'opStatus' | 'exitReason'> {
  switch (report.error) {
    case 'SPAWNER_LOST':
      return {
        rcCode: OCF.genericError,
        opStatus: OPERATION_STATUS.error,
        ...(report.exitReason === undefined ? {} : { exitReason: report.exitReason }),
      };
    case 'ENOENT':
      return {
        rcCode: OCF.notInstalled,
        opStatus: OPERATION_STATUS.notInstalled,
        exitReason: `${file} or its interpreter is missing`,
      };
    case 'EACCES':
      return {
        rcCode: OCF.permission,
        opStatus: OPERATION_STATUS.error,
        exitReason: `${file} may not be executed`,
      };
    default:
      return {
        rcCode: OCF.genericError,
        opStatus: OPERATION_STATUS.error,
        exitReason: `${file} could not be run: ${report.error}`,
      };
  }
}
