import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import type { Machine } from './machine.ts';
import { follow, run, until } from './run-command.ts';

/** Networks of the machine room: two cluster links and the one where clients are. */
export const NETWORKS = ['link0', 'link1', 'public'] as const;
export type Network = (typeof NETWORKS)[number];

/** Address of machine `index` (from 1) in a network. */
export function addressOf(network: Network, index: number): string {
  return `10.77.${NETWORKS.indexOf(network)}.${index}`;
}

/** Where the client asks from. */
export const CLIENT_ADDRESS = addressOf('public', 254);

/**
 * The network between the machines: a namespace with one bridge per network, in which the client lives too. Cables are
 * unplugged without the machines noticing (no loss of carrier), as when a switch fails.
 */
export class Switch {
  #holder: ChildProcess | undefined;

  async start(readyFile: string): Promise<void> {
    rmSync(readyFile, { force: true });
    this.#holder = spawn('unshare', ['-n', 'sh', '-c', 'touch "$0"; exec sleep 100000', readyFile], {
      stdio: 'ignore',
    });
    await until('the switch', 5_000, () => existsSync(readyFile));
    await this.#ip('link', 'set', 'lo', 'up');
    for (const network of NETWORKS) {
      await this.#ip('link', 'add', network, 'type', 'bridge', 'forward_delay', '0', 'mcast_snooping', '0');
      // A bridge without an address of its own takes that of one of its ports, and changes it as they come and go.
      const mac = `02:77:00:00:0${NETWORKS.indexOf(network)}:fe`;
      await this.#ip('link', 'set', network, 'address', mac, 'up');
    }
    await this.#ip('address', 'add', `${CLIENT_ADDRESS}/24`, 'dev', 'public');
  }

  stop(): void {
    this.#holder?.kill('SIGKILL');
  }

  /** Gives a machine that was powered on its network cards and plugs them in. */
  async connect(machine: Machine, index: number): Promise<void> {
    for (const [number, network] of NETWORKS.entries()) {
      const port = portOf(machine, network);
      const mac = `02:77:00:00:0${number}:0${index}`;
      await this.#ip(
        'link',
        'add',
        port,
        'type',
        'veth',
        'peer',
        'name',
        `eth${number}`,
        'netns',
        String(machine.pid),
      );
      await this.#ip('link', 'set', port, 'master', network, 'up');
      await machine.exec('ip', 'link', 'set', `eth${number}`, 'address', mac, 'up');
      await machine.exec('ip', 'address', 'add', `${addressOf(network, index)}/24`, 'dev', `eth${number}`);
    }
  }

  /** Takes away the network cards of a machine. */
  async disconnect(machine: Machine): Promise<void> {
    for (const network of NETWORKS)
      await this.#ip('link', 'delete', portOf(machine, network)).catch(() => undefined);
  }

  /** Unplugs a machine from some networks. */
  async cut(machine: Machine, networks: readonly Network[]): Promise<void> {
    for (const network of networks) await this.#ip('link', 'set', portOf(machine, network), 'nomaster');
  }

  /** Plugs it in again. A machine that lost its power has no cable to plug in. */
  async heal(machine: Machine, networks: readonly Network[]): Promise<void> {
    for (const network of networks) {
      await this.#ip('link', 'set', portOf(machine, network), 'master', network).catch(() => undefined);
    }
  }

  /** Runs a program in the client's place to its end. */
  run(command: string, ...args: string[]): Promise<string> {
    return run('nsenter', [...this.#enter(), command, ...args]);
  }

  /** Runs a program in the client's place and gives its lines. */
  followClient(command: string, args: readonly string[], onLine: (line: string) => void): ChildProcess {
    return follow('nsenter', [...this.#enter(), command, ...args], onLine);
  }

  #enter(): string[] {
    return ['-t', String(this.#holder?.pid), '-n'];
  }

  #ip(...args: string[]): Promise<string> {
    return this.run('ip', ...args);
  }
}

function portOf(machine: Machine, network: Network): string {
  return `${machine.name}-${network}`;
}
