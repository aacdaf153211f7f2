import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { assert, type Logger } from '@holdfast/ports';
import { LineSplitter } from './line-splitter.ts';
import type { FromSpawner, SpawnReport, SpawnRequest, ToSpawner } from './spawn-protocol.ts';

/** A program to run; the client gives it its id and mark. */
export type ProgramRun = Omit<SpawnRequest, 'type' | 'id' | 'mark'>;

export interface SpawnerClientOptions {
  /** Environment of every program, before what the run adds. */
  readonly baseEnvironment: Readonly<Record<string, string>>;
  readonly logger: Logger;
  /** Script of the spawner. @default the one beside this module; a bundled daemon names its own */
  readonly spawnerPath?: string;
  /** Where the spawner notes what is in flight, for the one after it. @default nowhere */
  readonly notesFolder?: string;
  /** Added to all that a run may take by itself before the spawner counts as hung. @default 10000 */
  readonly overdueMarginMs?: number;
  /** Node flags of the spawner. @default a heap of at most 32 MiB */
  readonly nodeFlags?: readonly string[];
}

interface InFlight {
  readonly request: SpawnRequest;
  /** The request as it is sent. */
  readonly line: string;
  readonly onDone: (report: SpawnReport) => void;
  /** The spawner itself answers before this; later means that it hangs. */
  readonly overdueAtMs: number;
}

const DEFAULT_FLAGS = [
  '--max-old-space-size=32',
  '--max-semi-space-size=1',
  '--v8-pool-size=0',
  '--no-warnings',
];
/** Without the compiler it takes a fifth less memory and the same time; Node's own type stripping needs it, though. */
const BUILT_FLAGS = [...DEFAULT_FLAGS, '--jitless'];
/** Longest request, well below what the spawner accepts; no kernel would take such an environment anyway. */
const MAX_REQUEST_LENGTH = 2 * 1024 * 1024;
const MAX_FRAME_LENGTH = 64 * 1024 * 1024;
const GUARD_INTERVAL_MS = 1000;
const OVERDUE_MARGIN_MS = 10_000;
const RESTART_DELAY_MS = 500;
const STOP_WAIT_MS = 4000;

/**
 * The daemon's end of the spawner. Starts it, restarts it when it dies or hangs, and gives every run exactly one
 * report: runs that were in flight when it died are ended by their mark and reported as unknown.
 */
export class SpawnerClient {
  readonly #options: SpawnerClientOptions;
  readonly #inFlight = new Map<number, InFlight>();
  readonly #marks = randomBytes(6).toString('hex');
  #nextId = 1;
  #child: ChildProcess | undefined;
  #outgoing = '';
  #users = 0;
  #stopping = false;
  #guard: NodeJS.Timeout | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #startedAtMs = 0;
  /** Whether the spawner has said that it takes runs. */
  #ready = false;
  /** Runs that wait until it does. */
  readonly #waiting = new Map<number, InFlight>();
  /** Runs of the spawner that died, waiting until the new one has ended them. */
  #orphans: InFlight[] = [];

  constructor(options: SpawnerClientOptions) {
    this.#options = options;
  }

  /** Process id of the spawner while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the spawner for the first of its users. */
  start(): void {
    assert(!this.#stopping, 'a stopped spawner is not started again');
    this.#users += 1;
    if (this.#users > 1) return;
    this.#launch();
    this.#guard = setInterval(() => this.#checkOverdue(), GUARD_INTERVAL_MS);
    this.#guard.unref();
  }

  /** Runs a program; `onDone` is called once. Returns the id for cancel(). */
  run(run: ProgramRun, onDone: (report: SpawnReport) => void): number {
    const id = this.#nextId;
    this.#nextId += 1;
    const request: SpawnRequest = { type: 'run', id, mark: `${this.#marks}-${id}`, ...run };
    const margin = this.#options.overdueMarginMs ?? OVERDUE_MARGIN_MS;
    const overdueAtMs = performance.now() + run.timeoutMs + run.graceMs + run.killWaitMs + margin;
    const line = JSON.stringify(request);
    const entry = { request, line, onDone, overdueAtMs };
    if (line.length > MAX_REQUEST_LENGTH || this.#stopping) {
      setImmediate(() => onDone({ ...ending(id), error: this.#stopping ? 'SPAWNER_LOST' : 'E2BIG' }));
    } else if (this.#ready) this.#sendRun(entry);
    else this.#waiting.set(id, entry);
    return id;
  }

  /** Ends a run early; it still gets its report. Unknown ids are ignored. */
  cancel(id: number): void {
    if (this.#inFlight.has(id)) this.#send({ type: 'cancel', id });
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    setImmediate(() => waiting.onDone({ ...ending(id), cancelled: true }));
  }

  /** Ends the spawner when its last user stops; operations in flight are ended and reported with unknown outcome. */
  async stop(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#stopping = true;
    clearInterval(this.#guard);
    clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      this.#flush();
      child.stdin!.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WAIT_MS);
      await ended;
      clearTimeout(timer);
    }
    this.#child = undefined;
    this.#reportLost([...this.#orphans, ...this.#inFlight.values()], 'the daemon stopped meanwhile', true);
    this.#reportLost([...this.#waiting.values()], 'the daemon stopped meanwhile', false);
    this.#orphans = [];
    this.#inFlight.clear();
    this.#waiting.clear();
  }

  #launch(): void {
    const script = this.#options.spawnerPath ?? defaultSpawnerPath();
    const flags = this.#options.nodeFlags ?? (script.endsWith('.ts') ? DEFAULT_FLAGS : BUILT_FLAGS);
    const { NODE_OPTIONS: _dropped, ...environment } = process.env;
    // A session of its own, so that the terminal's signals to the daemon do not reach it.
    const child = spawn(process.execPath, [...flags, script], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
      env: environment,
    });
    this.#child = child;
    this.#startedAtMs = performance.now();
    const splitter = new LineSplitter({
      maxLineLength: MAX_FRAME_LENGTH,
      onLine: (line) => this.#receive(JSON.parse(line) as FromSpawner),
    });
    child.stdout!.setEncoding('utf8').on('data', (text: string) => splitter.push(text));
    child.stdin!.on('error', () => {});
    child.on('error', (error) => {
      if (child.pid === undefined) this.#lost(child, error.message);
    });
    child.on('close', (code, signal) => this.#lost(child, `exit code ${code}, signal ${signal}`));
    this.#outgoing = '';
    const { baseEnvironment: env, notesFolder } = this.#options;
    this.#send({ type: 'base', env, ...(notesFolder === undefined ? {} : { notesFolder }) });
    if (this.#orphans.length > 0) {
      this.#send({ type: 'reap', marks: this.#orphans.map((orphan) => orphan.request.mark) });
    }
  }

  #lost(child: ChildProcess, how: string): void {
    if (this.#stopping || this.#child !== child) return;
    this.#child = undefined;
    this.#ready = false;
    this.#orphans.push(...this.#inFlight.values());
    this.#inFlight.clear();
    this.#log('error', `it ended (${how}) with ${this.#orphans.length} operations in flight`);
    if (performance.now() - this.#startedAtMs > RESTART_DELAY_MS) {
      this.#launch();
      return;
    }
    // It dies at once, so there is no telling when it will be able to end its predecessor's operations.
    this.#reportLost(this.#orphans, 'the process that runs agents cannot be kept running', true);
    this.#orphans = [];
    this.#restartTimer = setTimeout(() => this.#launch(), RESTART_DELAY_MS);
  }

  #receive(frame: FromSpawner): void {
    if (frame.type === 'ready') {
      this.#ready = true;
      for (const entry of this.#waiting.values()) this.#sendRun(entry);
      this.#waiting.clear();
    } else if (frame.type === 'done') {
      const entry = this.#inFlight.get(frame.id);
      this.#inFlight.delete(frame.id);
      entry?.onDone(frame);
    } else {
      const orphans = this.#orphans;
      this.#orphans = [];
      this.#reportLost(orphans, 'the process that runs agents died meanwhile', true);
    }
  }

  #reportLost(entries: readonly InFlight[], reason: string, unknown: boolean): void {
    for (const entry of entries) entry.onDone(lost(entry.request.id, reason, unknown));
  }

  #sendRun(entry: InFlight): void {
    this.#inFlight.set(entry.request.id, entry);
    this.#sendLine(entry.line);
  }

  #send(frame: ToSpawner): void {
    this.#sendLine(JSON.stringify(frame));
  }

  #sendLine(line: string): void {
    if (this.#outgoing === '') setImmediate(() => this.#flush());
    this.#outgoing += `${line}\n`;
  }

  #flush(): void {
    const text = this.#outgoing;
    this.#outgoing = '';
    if (text !== '') this.#child?.stdin?.write(text);
  }

  #checkOverdue(): void {
    const now = performance.now();
    for (const [id, entry] of this.#waiting) {
      if (now < entry.overdueAtMs) continue;
      this.#waiting.delete(id);
      this.#reportLost([entry], 'the process that runs agents cannot be started', false);
    }
    for (const entry of this.#inFlight.values()) {
      if (now < entry.overdueAtMs) continue;
      this.#log('error', `it does not answer for ${entry.request.file}; it is ended and started anew`);
      this.#child?.kill('SIGKILL');
      return;
    }
  }

  #log(level: 'error', message: string): void {
    this.#options.logger.log({
      level,
      event: 'spawner-lost',
      message: `the process that runs agents: ${message}`,
      fields: { pid: this.#child?.pid },
    });
  }
}

function defaultSpawnerPath(): string {
  // From sources or from the build, the spawner has this module's own ending.
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./spawner-main.${ending}`, import.meta.url));
}

function lost(id: number, reason: string, unknown: boolean): SpawnReport {
  return { ...ending(id), error: 'SPAWNER_LOST', exitReason: reason, ...(unknown ? { unknown: true } : {}) };
}

/** Report of a run that was never begun. */
function ending(id: number): SpawnReport {
  return { type: 'done', id, execTimeMs: 0, stdout: '', stderr: '' };
}
