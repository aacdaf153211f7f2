import { join } from 'node:path';
import { parseAgentMetadata } from '@holdfast/model';
import { assert, type FenceResult, type FenceRun, type FenceRunner, type Logger } from '@holdfast/ports';
import { isExecutable } from '../agents/agent-locator.ts';
import type { SpawnReport } from '../spawner/spawn-protocol.ts';
import type { SpawnerClient } from '../spawner/spawner-client.ts';
import { fenceInput } from './fence-input.ts';

export interface HostFenceRunnerOptions {
  readonly spawner: SpawnerClient;
  readonly logger: Logger;
  /** Folders of fence agents, the first that has one wins. @default /usr/sbin, /usr/local/sbin */
  readonly folders?: readonly string[];
  /** From TERM to KILL. @default 1000 */
  readonly graceMs?: number;
  /** From KILL until a run is given up. @default 3000 */
  readonly killWaitMs?: number;
}

interface Entry {
  readonly run: FenceRun;
  readonly startedAtMs: number;
  spawnId: number | undefined;
  cancelled: boolean;
}

const OUTPUT_MAX_BYTES = 256 * 1024;
/** The agent's own description is asked for at most this long, and never longer than the action itself may take. */
const METADATA_TIMEOUT_MS = 10_000;

/** How an agent is asked something. */
interface Question {
  readonly args: readonly string[];
  readonly input: string;
}

/** By argument first: an agent that is slow to start may answer this one without starting in full. */
const ASK_BY_ARGUMENT: Question = { args: ['-o', 'metadata'], input: '' };
const ASK_BY_INPUT: Question = { args: [], input: 'action=metadata\n' };

/** Runs fence agents as processes of this host. Every agent reports once; a timeout is never a success. */
export class HostFenceRunner implements FenceRunner {
  readonly #options: HostFenceRunnerOptions;
  readonly #running = new Map<number, Entry>();
  /** Target arguments by agent path. Failures are not kept, so that a repaired agent is asked again. */
  readonly #targetArguments = new Map<string, readonly string[]>();
  #onResult: ((result: FenceResult) => void) | undefined;
  #idle: (() => void) | undefined;

  constructor(options: HostFenceRunnerOptions) {
    this.#options = options;
  }

  async start(onResult: (result: FenceResult) => void): Promise<void> {
    this.#onResult = onResult;
    this.#options.spawner.start();
  }

  run(run: FenceRun): void {
    assert(this.#onResult !== undefined, 'the fence runner is started before it runs agents');
    const entry: Entry = { run, startedAtMs: performance.now(), spawnId: undefined, cancelled: false };
    this.#running.set(run.runId, entry);
    const file = this.#find(run.agent);
    if (file === undefined) {
      setImmediate(() =>
        this.#end(entry, { timedOut: false, output: '', reason: `there is no agent ${run.agent}` }),
      );
      return;
    }
    const known = this.#targetArguments.get(file);
    if (run.target === undefined || run.targetArgument === 'none') this.#act(entry, file, []);
    else if (run.targetArgument !== undefined) this.#act(entry, file, [run.targetArgument]);
    else if (known !== undefined) this.#act(entry, file, known);
    else this.#learn(entry, file);
  }

  cancel(runId: number): void {
    const entry = this.#running.get(runId);
    if (entry === undefined) return;
    entry.cancelled = true;
    if (entry.spawnId !== undefined) this.#options.spawner.cancel(entry.spawnId);
  }

  async stop(): Promise<void> {
    for (const runId of this.#running.keys()) this.cancel(runId);
    if (this.#running.size > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    await this.#options.spawner.stop();
  }

  #find(agent: string): string | undefined {
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(agent)) return undefined;
    const folders = this.#options.folders ?? ['/usr/sbin', '/usr/local/sbin'];
    return folders.map((folder) => join(folder, agent)).find(isExecutable);
  }

  /** Asks the agent which arguments name the target, then runs the action. */
  #learn(entry: Entry, file: string): void {
    const timeoutMs = () => Math.min(METADATA_TIMEOUT_MS, remainingMs(entry));
    entry.spawnId = this.#askMetadata(file, timeoutMs(), ASK_BY_ARGUMENT, (first) => {
      const names = this.#learned(file, first);
      if (names !== undefined || first.timedOut || entry.cancelled) {
        this.#actAsLearned(entry, file, { names, report: first });
        return;
      }
      entry.spawnId = this.#askMetadata(file, timeoutMs(), ASK_BY_INPUT, (second) => {
        this.#actAsLearned(entry, file, { names: this.#learned(file, second), report: second });
      });
    });
  }

  #actAsLearned(
    entry: Entry,
    file: string,
    answer: { names: string[] | undefined; report: SpawnReport },
  ): void {
    const { names, report } = answer;
    if (names !== undefined) {
      this.#act(entry, file, names);
      return;
    }
    const reason = `no usable metadata: ${describe(report)}`;
    this.#end(entry, { timedOut: report.timedOut === true, output: report.stderr, reason });
  }

  #askMetadata(
    file: string,
    timeoutMs: number,
    question: Question,
    onDone: (report: SpawnReport) => void,
  ): number {
    return this.#spawn({ file, timeoutMs, ...question }, onDone);
  }

  #learned(file: string, report: SpawnReport): string[] | undefined {
    const parsed = report.code === 0 ? parseAgentMetadata(report.stdout) : undefined;
    if (!parsed?.ok) return undefined;
    const names = targetArgumentsOf(parsed.metadata.parameters.map((parameter) => parameter.name));
    this.#targetArguments.set(file, names);
    return names;
  }

  /** A device that is monitored here may have to fence from here: then there is no time for questions. */
  #learnAhead(file: string): void {
    if (this.#targetArguments.has(file)) return;
    this.#askMetadata(file, METADATA_TIMEOUT_MS, ASK_BY_ARGUMENT, (report) => this.#learned(file, report));
  }

  #act(entry: Entry, file: string, targetArguments: readonly string[]): void {
    if (entry.cancelled) {
      this.#end(entry, { timedOut: false, output: '', reason: 'cancelled' });
      return;
    }
    const input = fenceInput(entry.run, targetArguments);
    if (typeof input !== 'string') {
      setImmediate(() => this.#end(entry, { timedOut: false, output: '', reason: input.refused }));
      return;
    }
    const timeoutMs = remainingMs(entry);
    entry.spawnId = this.#spawn({ file, args: [], input, timeoutMs }, (report) => {
      this.#end(entry, resultOf(report));
      if (entry.run.action === 'monitor' && report.code === 0) this.#learnAhead(file);
    });
  }

  #spawn(
    program: Question & { file: string; timeoutMs: number },
    onDone: (report: SpawnReport) => void,
  ): number {
    const { graceMs = 1000, killWaitMs = 3000 } = this.#options;
    const run = { ...program, env: {}, graceMs, killWaitMs, maxOutputBytes: OUTPUT_MAX_BYTES };
    return this.#options.spawner.run(run, onDone);
  }

  #end(entry: Entry, result: Omit<FenceResult, 'runId' | 'execTimeMs'>): void {
    const { run } = entry;
    this.#running.delete(run.runId);
    this.#options.logger.log({
      level: result.rcCode === 0 ? 'debug' : 'warn',
      event: 'fence-agent-ended',
      message: `${run.agent} ${run.action} ${run.target ?? ''}: ${result.reason ?? `exit code ${result.rcCode}`}`,
      fields: { agent: run.agent, action: run.action, target: run.target, runId: run.runId },
    });
    this.#onResult!({
      runId: run.runId,
      execTimeMs: Math.round(performance.now() - entry.startedAtMs),
      ...result,
    });
    if (this.#running.size === 0) this.#idle?.();
  }
}

/** All steps together keep within the time of the run. */
function remainingMs(entry: Entry): number {
  return Math.max(1, Math.round(entry.run.timeoutMs - (performance.now() - entry.startedAtMs)));
}

/** `port`, else `plug`, and `nodename` beside it where the agent takes it (Pacemaker's pcmk_host_argument default). */
function targetArgumentsOf(names: readonly string[]): string[] {
  const main = names.includes('port') ? ['port'] : names.includes('plug') ? ['plug'] : [];
  return names.includes('nodename') ? [...main, 'nodename'] : main;
}

function resultOf(report: SpawnReport): Omit<FenceResult, 'runId' | 'execTimeMs'> {
  const clean = report.code !== undefined && !report.timedOut && !report.cancelled;
  // A list or metadata must not be mixed with warnings; of a failure, everything said may help.
  const texts = clean && report.code === 0 ? [report.stdout] : [report.stdout, report.stderr];
  const output = texts.filter((text) => text !== '').join('\n');
  return {
    ...(clean ? { rcCode: report.code } : {}),
    timedOut: report.timedOut === true,
    output,
    ...(report.code === 0 && clean ? {} : { reason: describe(report) }),
  };
}

function describe(report: SpawnReport): string {
  if (report.timedOut) return report.unknown ? 'timed out and could not be killed' : 'timed out';
  if (report.cancelled) return 'cancelled';
  if (report.error !== undefined) return report.exitReason ?? report.error;
  if (report.signal !== undefined) return `ended by ${report.signal}`;
  const lastLine = report.stderr.trim().split('\n').at(-1);
  return lastLine ? `exit code ${report.code}: ${lastLine}` : `exit code ${report.code}`;
}
