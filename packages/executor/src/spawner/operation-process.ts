import { type ChildProcess, spawn } from 'node:child_process';
import { BoundedOutput } from './bounded-output.ts';
import type { OperationScope, ProcessControl } from './process-control.ts';
import { OPERATION_MARK, type SpawnReport, type SpawnRequest } from './spawn-protocol.ts';

/** After the program has ended, output may still come from what it started; this long nothing new means the end. */
const DRAIN_MS = 20;
/** ... and it is not listened to for longer than this. */
const DRAIN_LIMIT_MS = 200;
/** How often survivors of a signal are looked for. */
const SURVIVOR_POLL_MS = 50;

type Phase = 'running' | 'terminating' | 'killing' | 'done';

/**
 * One program from spawn to report. A program that ends by itself is reported as it ended, and what it left running
 * is left alone: services are started that way. One that is timed out or cancelled is ended with everything it
 * started, by TERM, then KILL, and is only reported once nothing of it lives, or as unknown when KILL did not help.
 */
export class OperationProcess {
  readonly #request: SpawnRequest;
  readonly #control: ProcessControl;
  readonly #onDone: (report: SpawnReport) => void;
  readonly #startedAt = performance.now();
  readonly #stdout: BoundedOutput;
  readonly #stderr: BoundedOutput;
  #child: ChildProcess | undefined;
  #scope: OperationScope | undefined;
  #phase: Phase = 'running';
  #timer: NodeJS.Timeout | undefined;
  #ended: { code: number | null; signal: string | null; atMs: number } | undefined;
  #openStreams = 2;
  #timedOut = false;
  #cancelled = false;
  #killed = false;
  #deadlineMs = 0;

  constructor(options: {
    request: SpawnRequest;
    baseEnvironment: Readonly<Record<string, string>>;
    control: ProcessControl;
    /** Told at once of the process that was made. */
    onStarted?: (pid: number) => void;
    onDone: (report: SpawnReport) => void;
  }) {
    const limitBytes = options.request.maxOutputBytes;
    this.#request = options.request;
    this.#control = options.control;
    this.#onDone = options.onDone;
    this.#stdout = new BoundedOutput({ limitBytes, scanReasons: false });
    this.#stderr = new BoundedOutput({ limitBytes, scanReasons: true });
    this.#start(options.baseEnvironment);
    if (this.#scope !== undefined) options.onStarted?.(this.#scope.groupId);
  }

  /** Ends the program early. */
  cancel(): void {
    if (this.#phase !== 'running' || this.#ended !== undefined) return;
    this.#cancelled = true;
    this.#terminate();
  }

  /** The daemon is gone: signal the process group only, because what left the group may be a service. */
  abandon(signal: NodeJS.Signals): void {
    if (this.#scope !== undefined) this.#control.signalGroup(this.#scope.groupId, signal);
  }

  #start(baseEnvironment: Readonly<Record<string, string>>): void {
    const { file, args, env, mark, input, cwd } = this.#request;
    try {
      this.#child = spawn(file, args, {
        detached: true,
        stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
        env: { ...baseEnvironment, ...env, [OPERATION_MARK]: mark },
        cwd: cwd ?? '/',
      });
    } catch (error) {
      setImmediate(() => this.#fail(error as NodeJS.ErrnoException));
      return;
    }
    const child = this.#child;
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) this.#fail(error);
    });
    if (child.pid === undefined) return;
    this.#scope = { groupId: child.pid, mark, known: new Set([child.pid]) };
    this.#listen(child);
    if (input !== undefined) {
      // An agent need not read its input; the broken pipe is then not an error.
      child.stdin!.on('error', () => {});
      child.stdin!.end(input);
    }
    this.#timer = setTimeout(() => this.#timeOut(), this.#request.timeoutMs);
  }

  #listen(child: ChildProcess): void {
    child.stdout!.on('data', (chunk: Buffer) => this.#collect(this.#stdout, chunk));
    child.stderr!.on('data', (chunk: Buffer) => this.#collect(this.#stderr, chunk));
    child.stdout!.on('close', () => this.#streamClosed());
    child.stderr!.on('close', () => this.#streamClosed());
    child.on('exit', (code, signal) => {
      this.#ended = { code, signal, atMs: performance.now() };
      if (this.#phase === 'running') this.#drain();
      else this.#checkSurvivors();
    });
  }

  #collect(output: BoundedOutput, chunk: Buffer): void {
    output.push(chunk);
    if (this.#ended !== undefined && performance.now() < this.#ended.atMs + DRAIN_LIMIT_MS)
      this.#timer?.refresh();
  }

  #streamClosed(): void {
    this.#openStreams -= 1;
    if (this.#openStreams === 0 && this.#ended !== undefined && this.#phase === 'running') this.#finish();
  }

  #drain(): void {
    clearTimeout(this.#timer);
    if (this.#openStreams === 0) {
      this.#finish();
      return;
    }
    // Something that outlives the program holds its output open.
    this.#timer = setTimeout(() => this.#finish(), DRAIN_MS);
  }

  #timeOut(): void {
    this.#timedOut = true;
    this.#terminate();
  }

  #terminate(): void {
    clearTimeout(this.#timer);
    this.#phase = 'terminating';
    this.#deadlineMs = performance.now() + this.#request.graceMs;
    this.#control.signal(this.#scope!, 'SIGTERM');
    // A stopped program would never see the TERM.
    this.#control.signal(this.#scope!, 'SIGCONT');
    this.#poll();
  }

  #poll(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#checkSurvivors(), SURVIVOR_POLL_MS);
  }

  #checkSurvivors(): void {
    if (this.#phase === 'done') return;
    const living = this.#control.members(this.#scope!);
    if (living.length === 0 && this.#ended !== undefined) {
      this.#finish();
      return;
    }
    const late = performance.now() >= this.#deadlineMs;
    if (this.#phase === 'killing') {
      if (late) {
        this.#finish();
        return;
      }
      // Again, for what was forked while the last signals went out.
      this.#control.signal(this.#scope!, 'SIGKILL');
    } else if (late) {
      this.#phase = 'killing';
      this.#killed = true;
      this.#deadlineMs = performance.now() + this.#request.killWaitMs;
      this.#control.signal(this.#scope!, 'SIGKILL');
    }
    this.#poll();
  }

  #fail(error: NodeJS.ErrnoException): void {
    this.#phase = 'done';
    this.#report({ error: error.code ?? error.message });
  }

  #finish(): void {
    if (this.#phase === 'done') return;
    const forced = this.#phase !== 'running';
    this.#phase = 'done';
    clearTimeout(this.#timer);
    this.#child!.stdout!.destroy();
    this.#child!.stderr!.destroy();
    const unknown = forced && (this.#ended === undefined || this.#control.members(this.#scope!).length > 0);
    const { code, signal } = this.#ended ?? { code: null, signal: null };
    this.#report({
      ...(code === null ? {} : { code }),
      ...(signal === null ? {} : { signal }),
      ...(this.#timedOut ? { timedOut: true } : {}),
      ...(this.#cancelled ? { cancelled: true } : {}),
      ...(this.#killed ? { killed: true } : {}),
      ...(unknown ? { unknown: true } : {}),
    });
  }

  #report(ending: Partial<SpawnReport>): void {
    const exitReason = this.#stderr.exitReason;
    this.#onDone({
      type: 'done',
      id: this.#request.id,
      ...ending,
      execTimeMs: Math.round((this.#ended?.atMs ?? performance.now()) - this.#startedAt),
      stdout: this.#stdout.text(),
      stderr: this.#stderr.text(),
      ...(exitReason === undefined ? {} : { exitReason }),
    });
  }
}
