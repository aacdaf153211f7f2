import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { DevMember } from './dev-layout.ts';
import { listMarkedProcesses, signalProcess } from './marked-processes.ts';

/** How often a machine that is switched off looks whether it is on again. */
const POWER_POLL_MS = 500;

export interface DevSupervisorOptions {
  readonly members: readonly DevMember[];
  /** Command that starts a member's daemon in the foreground. */
  readonly launch: (member: DevMember) => { readonly command: string; readonly args: readonly string[] };
  /** How long a machine that was killed or fenced stays down. @default 3000 */
  readonly restartDelayMs?: number;
  readonly onExit?: (member: DevMember, exit: { code: number | null; signal: string | null }) => void;
  readonly onStart?: (member: DevMember, pid: number) => void;
}

/**
 * Stands in for power and boot of each machine: starts the daemons and starts them again when they were killed. A
 * daemon that ended by itself with code 0 has left and stays down.
 */
export class DevSupervisor {
  readonly #options: DevSupervisorOptions;
  readonly #running = new Map<string, ChildProcess>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #stopping = false;

  constructor(options: DevSupervisorOptions) {
    this.#options = options;
  }

  startAll(): void {
    for (const member of this.#options.members) this.start(member);
  }

  start(member: DevMember): void {
    clearTimeout(this.#timers.get(member.name));
    this.#timers.delete(member.name);
    if (this.#running.has(member.name) || this.#stopping) return;
    const { command, args } = this.#options.launch(member);
    const output = openSync(`${member.logFile}.out`, 'a');
    const child = spawn(command, args, {
      stdio: ['ignore', output, output],
      // Its own session: Ctrl-C in the terminal must not hit the daemons, they are stopped in order.
      detached: true,
      env: { ...process.env, HOLDFAST_DEV_NODE: member.marker },
    });
    closeSync(output);
    this.#running.set(member.name, child);
    if (child.pid !== undefined) this.#options.onStart?.(member, child.pid);
    child.once('error', () => this.#ended(member, { code: 127, signal: null }));
    child.once('exit', (code, signal) => this.#ended(member, { code, signal }));
  }

  /** Process id of a member's daemon, while it runs. */
  pidOf(name: string): number | undefined {
    return this.#running.get(name)?.pid;
  }

  /** From now on a daemon that ends stays down. */
  stopRestarting(): void {
    this.#stopping = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  /** Waits for all daemons to end by themselves. Returns whether they did in time. */
  async allEnded(timeoutMs: number): Promise<boolean> {
    const ended = [...this.#running.values()].map(
      (child) => new Promise<void>((resolve) => child.once('exit', () => resolve())),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    const inTime = await Promise.race([Promise.all(ended).then(() => true), late]);
    clearTimeout(timer);
    return inTime;
  }

  /** Ends everything: asks the daemons with SIGTERM, waits, then kills what is left of them and their children. */
  async stopAll(timeoutMs: number): Promise<void> {
    this.stopRestarting();
    for (const child of this.#running.values()) {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
    }
    await this.allEnded(timeoutMs);
    killMembers(this.#options.members);
    for (const child of this.#running.values()) child.unref();
  }

  #ended(member: DevMember, exit: { code: number | null; signal: string | null }): void {
    if (!this.#running.delete(member.name)) return;
    this.#options.onExit?.(member, exit);
    if (this.#stopping || exit.code === 0) return;
    this.#startIn(member, this.#options.restartDelayMs ?? 3000);
  }

  #startIn(member: DevMember, delayMs: number): void {
    const timer = setTimeout(() => {
      if (isSwitchedOff(member)) this.#startIn(member, POWER_POLL_MS);
      else this.start(member);
    }, delayMs);
    this.#timers.set(member.name, timer);
  }
}

/** A machine that was switched off, not reset, stays down until it is switched on. */
function isSwitchedOff(member: DevMember): boolean {
  try {
    return readFileSync(member.powerFile, 'utf8').trim() === 'off';
  } catch {
    return false;
  }
}

/** Kills every process that carries the mark of one of the members, daemons included. */
export function killMembers(members: readonly DevMember[]): void {
  for (const { pid } of listMarkedProcesses(members.map((member) => member.marker))) {
    if (pid !== process.pid) signalProcess(pid, 'SIGKILL');
  }
}
