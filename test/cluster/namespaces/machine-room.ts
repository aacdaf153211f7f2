import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '../../../packages/cli/src/dev/load-configuration.ts';
import type { StatusReport } from '../../../packages/client/src/index.ts';
import { AddressObserver } from './address-observer.ts';
import { Machine } from './machine.ts';
import { PowerControl } from './power-control.ts';
import { pause, until } from './run-command.ts';
import { addressOf, Switch } from './switch.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** The address that must never answer from two machines. */
export const VIRTUAL_ADDRESS = addressOf('public', 100);
/** How long a machine that was fenced takes to boot. */
const BOOT_MS = 2_000;

/** A few machines with a switch, power control and a client: real daemons as root in network namespaces. */
export class MachineRoom {
  readonly directory = mkdtempSync(join(tmpdir(), 'holdfast-room-'));
  readonly network = new Switch();
  readonly machines: Machine[] = [];
  readonly power = new PowerControl((action, name) => this.#cyclePower(action, name));
  observer: AddressObserver | undefined;
  #closing = false;

  /** Builds the room and forms the cluster. */
  async open(count: number, settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.network.start(join(this.directory, 'switch'));
    await this.power.listen(join(this.directory, 'power.sock'));
    for (let index = 1; index <= count; index += 1) {
      const machine = new Machine({
        name: `m${index}`,
        directory: join(this.directory, `m${index}`),
        addresses: [addressOf('link0', index), addressOf('link1', index)],
        root: ROOT,
        fenceAgents: fileURLToPath(new URL('./agents', import.meta.url)),
        settings,
      });
      mkdirSync(machine.options.directory, { recursive: true });
      this.machines.push(machine);
      await this.#boot(machine);
    }
    await this.#form();
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.observer?.stop();
    this.power.stop();
    for (const machine of this.machines) await machine.powerOff();
    this.network.stop();
    if (!process.env.HOLDFAST_KEEP) rmSync(this.directory, { recursive: true, force: true });
  }

  machine(name: string): Machine {
    const machine = this.machines.find((candidate) => candidate.name === name);
    if (!machine) throw new Error(`no machine ${name}`);
    return machine;
  }

  /**
   * Cuts the power of a machine. Its network goes first: the kernel takes up to a second to tear down a namespace after
   * its last process has died, and would answer for its addresses until then.
   */
  async powerOff(machine: Machine): Promise<void> {
    await this.network.disconnect(machine);
    await machine.powerOff();
  }

  /** Status as the first machine that answers and has a quorum sees it. */
  async status(): Promise<StatusReport> {
    let last: unknown;
    for (const machine of this.machines) {
      if (!machine.poweredOn) continue;
      try {
        const status = await machine.client.status({ timeoutMs: 1000 });
        if (status.quorate && status.leader) return status;
      } catch (error) {
        last = error;
      }
    }
    throw last ?? new Error('no machine has a quorum');
  }

  /** Writes configuration in crm syntax. */
  async configure(text: string): Promise<void> {
    const machine = this.machines.find((candidate) => candidate.poweredOn);
    if (!machine) throw new Error('no machine is powered on');
    await loadConfiguration(machine.client, text, 'room');
  }

  /** Where a resource runs. */
  async holderOf(resource: string): Promise<string | undefined> {
    const report = (await this.status()).resources.find((candidate) => candidate.id === resource);
    return report?.role === 'Started' ? report.nodes[0] : undefined;
  }

  /** Waits until every machine is online, every resource runs and nothing is under way. */
  async settled(timeoutMs = 60_000): Promise<StatusReport> {
    return until('the cluster to settle', timeoutMs, async () => {
      const status = await this.status();
      const online = status.nodes.filter((node) => node.state === 'online' && node.voter).length;
      const idle = !status.transition || status.transition.state === 'idle';
      const running = status.resources.every(
        (resource) => resource.role === 'Started' || resource.agent.startsWith('stonith:'),
      );
      if (online === this.machines.length && idle && running) return status;
      throw new Error(
        JSON.stringify({ nodes: status.nodes, resources: status.resources, idle }).slice(0, 3000),
      );
    });
  }

  /** Tail of every machine's log, for a failing test. */
  logs(lines = 30): string {
    return this.machines
      .map((machine) => {
        const text = readFileSync(machine.logFile, 'utf8').trim().split('\n').slice(-lines).join('\n');
        return `--- ${machine.name}\n${text}`;
      })
      .join('\n');
  }

  async #form(): Promise<void> {
    const [first, ...others] = this.machines;
    if (!first) return;
    for (const machine of this.machines) await machine.answering();
    await first.client.init({ clusterName: 'room' });
    for (const machine of others) {
      const { token } = await until('a token', 20_000, () => first.client.token({ name: machine.name }));
      await machine.client.join(token, { timeoutMs: 30_000 });
    }
    await this.settled();
    this.observer = new AddressObserver(this.network, VIRTUAL_ADDRESS);
  }

  async #boot(machine: Machine): Promise<void> {
    await machine.powerOn();
    await this.network.connect(machine, this.machines.indexOf(machine) + 1);
    machine.startDaemon();
  }

  async #cyclePower(action: 'off' | 'on' | 'reboot', name: string): Promise<void> {
    const machine = this.machine(name);
    if (action !== 'on') await this.powerOff(machine);
    void this.#bootLater(machine);
  }

  async #bootLater(machine: Machine): Promise<void> {
    await pause(BOOT_MS);
    if (!this.#closing && !machine.poweredOn) await this.#boot(machine);
  }
}

/** The configuration the scenarios use. */
export function roomConfiguration(room: MachineRoom): string {
  const names = room.machines.map((machine) => machine.name).join(' ');
  return `
primitive fence stonith:fence_rack params socket="${join(room.directory, 'power.sock')}" \
  pcmk_host_list="${names}" pcmk_host_check=static-list op monitor interval=60s timeout=20s
primitive vip ocf:heartbeat:IPaddr2 params ip=${VIRTUAL_ADDRESS} cidr_netmask=24 nic=eth2 \
  op monitor interval=2s timeout=20s op start interval=0 timeout=20s op stop interval=0 timeout=20s
`;
}
