import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { AgentError } from '../exit-code.ts';
import { findByEnvironment, findProcess, type HostProcess, listProcesses } from './list-processes.ts';

/** What to run in the background. */
export interface BackgroundCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gets both outputs, appended. */
  readonly logFile: string;
  readonly uid?: number;
  readonly gid?: number;
}

const MARK = 'HOLDFAST_PID_FILE';
const POLL_MS = 20;
const KILL_WAIT_MS = 5000;
const SPAWN_WAIT_MS = 2000;

/**
 * A program that goes on when the agent has ended, in a session of its own. It is found again by its pid file, which
 * holds the start time too so that a reused pid is not mistaken for it, and by a mark in its environment, so that
 * neither a lost pid file nor a child in another process group is overlooked.
 */
export class SupervisedProcess {
  readonly #pidFile: string;

  constructor(options: { pidFile: string }) {
    this.#pidFile = options.pidFile;
  }

  /** The main process, if it lives. */
  find(): HostProcess | undefined {
    const recorded = this.#recorded();
    if (recorded !== undefined) {
      const found = findProcess(recorded.pid);
      return found?.startedAt === recorded.startedAt ? found : undefined;
    }
    // Started, but the agent was killed before it wrote the file: the leader of its session is the main process.
    const leader = this.#marked().find((each) => each.pid === each.groupId);
    if (leader !== undefined) this.#record(leader);
    return leader;
  }

  /** Starts the program; it must not run already. Does not wait until it serves. @throws AgentError */
  async start(command: BackgroundCommand): Promise<void> {
    mkdirSync(dirname(this.#pidFile), { recursive: true });
    mkdirSync(dirname(command.logFile), { recursive: true });
    const log = openSync(command.logFile, 'a', 0o640);
    const { cwd, uid, gid } = command;
    const child = spawn(command.command, command.args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...command.env, [MARK]: this.#pidFile },
      ...(cwd === undefined ? {} : { cwd }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    });
    closeSync(log);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new AgentError('the program did not start in time')),
        SPAWN_WAIT_MS,
      );
      child.once('spawn', () => {
        clearTimeout(timer);
        resolve();
      });
      child.once('error', (error) => {
        clearTimeout(timer);
        reject(new AgentError(`${command.command} cannot be run: ${error.message}`));
      });
    });
    child.unref();
    const started = findProcess(child.pid!);
    if (started !== undefined) this.#record(started);
  }

  /** Pids of what the program started and left behind; only of interest when the main process is gone. */
  strays(): number[] {
    return this.#members();
  }

  /** Ends the program and everything it started. @throws AgentError when something of it survives KILL */
  async stop(options: { signal?: NodeJS.Signals; graceMs: number }): Promise<void> {
    const endMs = performance.now() + options.graceMs;
    signalAll(this.#members(), options.signal ?? 'SIGTERM');
    while (this.#members().length > 0 && performance.now() < endMs) await pause();
    const killEndMs = performance.now() + KILL_WAIT_MS;
    for (let living = this.#members(); living.length > 0; living = this.#members()) {
      if (performance.now() > killEndMs) throw new AgentError(`process ${living[0]} of it survives KILL`);
      signalAll(living, 'SIGKILL');
      await pause();
    }
    rmSync(this.#pidFile, { force: true });
  }

  /** Pids of the main process, its session, its descendants and all that carry the mark. */
  #members(): number[] {
    const recorded = this.#recorded();
    const members = new Set(findByEnvironment(MARK, this.#pidFile));
    if (recorded === undefined && members.size === 0) return [];
    const all = listProcesses();
    const holder = all.find((each) => each.pid === recorded?.pid);
    if (holder !== undefined && holder.startedAt === recorded?.startedAt) members.add(holder.pid);
    // The kernel reuses no pid that still names a session, so if nobody else has it, the session is ours.
    const ours = holder === undefined || members.has(holder.pid);
    for (const each of all) if (ours && each.sessionId === recorded?.pid) members.add(each.pid);
    for (let before = -1; before !== members.size; ) {
      before = members.size;
      for (const each of all) if (members.has(each.parentPid)) members.add(each.pid);
    }
    members.delete(process.pid);
    return [...members];
  }

  #marked(): HostProcess[] {
    const marked = new Set(findByEnvironment(MARK, this.#pidFile));
    marked.delete(process.pid);
    if (marked.size === 0) return [];
    return listProcesses().filter((each) => marked.has(each.pid));
  }

  #recorded(): { pid: number; startedAt: string } | undefined {
    try {
      const [pid = '', ...startedAt] = readFileSync(this.#pidFile, 'utf8').trim().split('\n');
      const recorded = { pid: Number(pid), startedAt: startedAt.join('\n') };
      return recorded.pid > 1 && isOfThisBoot(recorded.startedAt) ? recorded : undefined;
    } catch {
      return undefined;
    }
  }

  #record(found: HostProcess): void {
    const temporary = `${this.#pidFile}.${process.pid}`;
    writeFileSync(temporary, `${found.pid}\n${found.startedAt}\n`);
    renameSync(temporary, this.#pidFile);
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** Nothing of an earlier boot lives, and its process and session ids may be others' by now. */
function isOfThisBoot(startedAt: string): boolean {
  const bootOf = (text: string | undefined) => /^\d+ (\S+)$/.exec(text ?? '')?.[1];
  const recorded = bootOf(startedAt);
  return recorded === undefined || recorded === bootOf(findProcess(process.pid)?.startedAt);
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
