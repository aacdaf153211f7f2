import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControlClient } from '../../../packages/client/src/index.ts';
import { pause, run, until } from './run-command.ts';

export interface MachineOptions {
  readonly name: string;
  /** State of the machine's disk; survives power failures. */
  readonly directory: string;
  /** Own address per cluster link. */
  readonly addresses: readonly string[];
  /** Root of the repository. */
  readonly root: string;
  readonly fenceAgents: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What runs as process 1 of a machine: makes it look like one, then collects orphans until the power fails. */
const INIT = `
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock
install -d -m 1777 /run/resource-agents
ip link set lo up
hostname "$1"
touch "$2"
while :; do sleep 1000 & wait $!; done`;

/** One machine: its own network, processes, mounts and host name. Everything on it dies with process 1. */
export class Machine {
  readonly options: MachineOptions;
  readonly client: ControlClient;
  #init: ChildProcess | undefined;
  #pid: number | undefined;

  constructor(options: MachineOptions) {
    this.options = options;
    this.client = new ControlClient({ socketPath: this.socket, origin: 'test' });
  }

  get name(): string {
    return this.options.name;
  }
  get socket(): string {
    return join(this.options.directory, 'holdfast.sock');
  }
  get logFile(): string {
    return join(this.options.directory, 'holdfastd.log');
  }
  get poweredOn(): boolean {
    return this.#pid !== undefined;
  }
  /** Process 1 as the host sees it. */
  get pid(): number {
    if (this.#pid === undefined) throw new Error(`${this.name} is powered off`);
    return this.#pid;
  }

  /** Powers on; the network has to be plugged in afterwards. */
  async powerOn(): Promise<void> {
    const { name, directory } = this.options;
    const ready = join(directory, 'ready');
    mkdirSync(directory, { recursive: true });
    rmSync(ready, { force: true });
    const init = spawn(
      'unshare',
      ['-n', '-m', '-p', '-u', '-i', '--fork', '--kill-child', 'sh', '-c', INIT, 'init', name, ready],
      { stdio: 'ignore' },
    );
    this.#init = init;
    await until(`power on ${name}`, 10_000, () => existsSync(ready));
    this.#pid = Number(
      readFileSync(`/proc/${init.pid}/task/${init.pid}/children`, 'utf8').trim().split(' ')[0],
    );
    init.once('exit', () => {
      if (this.#init === init) this.#pid = undefined;
    });
  }

  /** Cuts the power: everything on the machine is gone at once. */
  async powerOff(): Promise<void> {
    const init = this.#init;
    if (!init || this.#pid === undefined) return;
    const ended = new Promise<void>((resolve) => init.once('exit', () => resolve()));
    process.kill(this.#pid, 'SIGKILL');
    await ended;
    this.#pid = undefined;
  }

  /** Runs a program on the machine. */
  exec(command: string, ...args: string[]): Promise<string> {
    return run('nsenter', [...this.#enter(), command, ...args]);
  }

  /** Starts the daemon. */
  startDaemon(): void {
    const { root, directory } = this.options;
    const config = join(directory, 'holdfast.json');
    writeFileSync(config, JSON.stringify(this.#configuration(), null, 2));
    const output = openSync(`${this.logFile}.out`, 'a');
    spawn(
      'nsenter',
      [
        ...this.#enter(),
        // A child of process 1: nsenter would stop together with a child that is stopped, and then collect nothing.
        'setsid',
        '--fork',
        join(root, 'node_modules/node/bin/node'),
        join(root, 'packages/daemon/dist/bundle/holdfastd.mjs'),
        '--config',
        config,
      ],
      { stdio: ['ignore', output, output], detached: true },
    ).unref();
    closeSync(output);
  }

  /** Sends a signal to the daemon alone. */
  async signalDaemon(signal: 'KILL' | 'STOP' | 'CONT' | 'TERM'): Promise<void> {
    const pid = readFileSync(join(this.options.directory, 'holdfastd.pid'), 'utf8').trim();
    await this.exec('kill', `-${signal}`, pid);
  }

  /** Waits until the daemon answers. */
  async answering(timeoutMs = 15_000): Promise<void> {
    await until(`the daemon of ${this.name}`, timeoutMs, async () => {
      await this.client.daemon({ timeoutMs: 1000 });
      return true;
    });
    await pause(0);
  }

  #enter(): string[] {
    return ['-t', String(this.pid), '-n', '-m', '-p', '-u', '-i'];
  }

  #configuration(): Readonly<Record<string, unknown>> {
    const { name, directory, addresses, root, fenceAgents, settings } = this.options;
    return {
      name,
      stateDir: join(directory, 'state'),
      socket: this.socket,
      logFile: this.logFile,
      links: addresses.map((address) => `${address}:7420`),
      agentDirs: [join(root, 'resource-agents/dist/ocf')],
      fenceAgentDirs: [fenceAgents],
      stopTimeoutMs: 10_000,
      ...settings,
    };
  }
}
