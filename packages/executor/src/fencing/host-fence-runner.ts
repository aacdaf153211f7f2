import { join } from 'node:path';
import { parseAgentMetadata } from '@holdfast/model';
import { assert, type FenceResult, type FenceRun, type FenceRunner, type Logger } from '@holdfast/ports';
import { isExecutable } from '../agents/agent-locator.ts';
import type { SpawnReport } from '../spawner/spawn-protocol.ts';
import type { SpawnerClient } from '../spawner/spawner-client.ts';
import { type FenceAgentFacts, factsOf, listsTarget } from './agent-facts.ts';
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
  /** By agent path. Failures are not kept, so that a repaired agent is asked again. */
  readonly #facts = new Map<string, FenceAgentFacts>();
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
    const known = this.#facts.get(file);
    const needsFacts =
      run.target !== undefined && (run.targetArgument === undefined || run.targetCheck !== undefined);
    if (!needsFacts) this.#act(entry, file, givenArguments(run));
    else if (known !== undefined) this.#check(entry, file, known);
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

  /** Asks the agent which arguments name the target and what else it can do, then runs the action. */
  #learn(entry: Entry, file: string): void {
    const timeoutMs = () => Math.min(METADATA_TIMEOUT_MS, remainingMs(entry));
    entry.spawnId = this.#askMetadata(file, timeoutMs(), ASK_BY_ARGUMENT, (first) => {
      const facts = this.#learned(file, first);
      if (facts !== undefined || first.timedOut || entry.cancelled) {
        this.#actAsLearned(entry, file, { facts, report: first });
        return;
      }
      entry.spawnId = this.#askMetadata(file, timeoutMs(), ASK_BY_INPUT, (second) => {
        this.#actAsLearned(entry, file, { facts: this.#learned(file, second), report: second });
      });
    });
  }

  #actAsLearned(
    entry: Entry,
    file: string,
    answer: { facts: FenceAgentFacts | undefined; report: SpawnReport },
  ): void {
    const { facts, report } = answer;
    if (facts !== undefined) {
      this.#check(entry, file, facts);
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

  #learned(file: string, report: SpawnReport): FenceAgentFacts | undefined {
    const parsed = report.code === 0 ? parseAgentMetadata(report.stdout) : undefined;
    if (!parsed?.ok) return undefined;
    const facts = factsOf(parsed.metadata);
    this.#facts.set(file, facts);
    return facts;
  }

  /** The action follows only if the agent knows the target, where the configuration does not vouch for that. */
  #check(entry: Entry, file: string, facts: FenceAgentFacts): void {
    const { run } = entry;
    const targetArguments = run.targetArgument === undefined ? facts.targetArguments : givenArguments(run);
    if (run.targetCheck === undefined) {
      this.#act(entry, file, targetArguments);
    } else if (run.targetCheck === 'list' && !facts.lists) {
      const reason = `${run.agent} cannot list its targets and no pcmk_host_list names this one`;
      setImmediate(() => this.#end(entry, { timedOut: false, output: '', reason }));
    } else {
      const question = { action: run.targetCheck, names: run.targetCheck === 'list' ? [] : targetArguments };
      this.#ask(entry, file, question, (report) => {
        const reason = targetProblem(run, report);
        if (reason === undefined) this.#act(entry, file, targetArguments);
        else this.#end(entry, { timedOut: report.timedOut === true, output: report.stderr, reason });
      });
    }
  }

  /** A device that is monitored here may have to fence from here: then there is no time for questions. */
  #learnAhead(file: string): void {
    if (this.#facts.has(file)) return;
    this.#askMetadata(file, METADATA_TIMEOUT_MS, ASK_BY_ARGUMENT, (report) => this.#learned(file, report));
  }

  #act(entry: Entry, file: string, names: readonly string[]): void {
    const { action } = entry.run;
    this.#ask(entry, file, { action, names }, (report) => {
      this.#end(entry, resultOf(report));
      if (action === 'monitor' && report.code === 0) this.#learnAhead(file);
    });
  }

  /** Runs the agent with the options of the device and an action, the target under these names. */
  #ask(
    entry: Entry,
    file: string,
    { action, names }: { action: string; names: readonly string[] },
    onDone: (report: SpawnReport) => void,
  ): void {
    if (entry.cancelled) {
      this.#end(entry, { timedOut: false, output: '', reason: 'cancelled' });
      return;
    }
    const input = fenceInput({ ...entry.run, action }, names);
    if (typeof input !== 'string') {
      setImmediate(() => this.#end(entry, { timedOut: false, output: '', reason: input.refused }));
      return;
    }
    const timeoutMs = remainingMs(entry);
    entry.spawnId = this.#spawn({ file, args: [], input, timeoutMs }, onDone);
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

/** The target's argument as the device has it (`pcmk_host_argument`); none without a target. */
function givenArguments({ target, targetArgument }: FenceRun): readonly string[] {
  return target === undefined || targetArgument === undefined || targetArgument === 'none'
    ? []
    : [targetArgument];
}

/** Exit codes of `status` for a target that the agent knows. */
const STATUS_ON = 0;
const STATUS_OFF = 2;

/** Why the answer to the question before the action does not vouch for the target. */
function targetProblem({ targetCheck, target = '' }: FenceRun, report: SpawnReport): string | undefined {
  const { code, timedOut, stdout } = report;
  if (timedOut || report.cancelled) return describe(report);
  if (targetCheck === 'status')
    return code === STATUS_ON || code === STATUS_OFF ? undefined : `its status: ${describe(report)}`;
  if (code !== 0) return `its list of targets: ${describe(report)}`;
  return listsTarget(stdout, target) ? undefined : `the agent does not list ${target} among its targets`;
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
