import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MachineRoom, roomConfiguration } from './namespaces/machine-room.ts';
import { pause, until } from './namespaces/run-command.ts';

/** Why the scenarios cannot run here; undefined when they can. */
function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'root is needed for network namespaces';
  for (const program of ['/usr/bin/unshare', '/usr/bin/nsenter', '/usr/bin/setsid', '/usr/bin/python3']) {
    if (!existsSync(program)) return `${program} is missing`;
  }
  if (!existsSync('/usr/lib/ocf/resource.d/heartbeat/IPaddr2')) return 'resource-agents is not installed';
  if (spawnSync('unshare', ['-n', '-m', '-p', '-u', '-i', '--fork', 'true']).status !== 0) {
    return 'this root may not make namespaces';
  }
  return undefined;
}

const reason = missing();
if (reason) console.warn(`cluster failures in network namespaces: skipped, ${reason}`);

describe.skipIf(reason)('real daemons on three machines with two links', () => {
  const room = new MachineRoom();
  let beganMs = 0;

  beforeAll(async () => {
    await room.open(3);
    await room.configure(roomConfiguration(room));
    await room.settled();
  }, 120_000);

  afterAll(async () => {
    const failed = room
      .logs(100_000)
      .split('\n')
      .filter((line) => line.includes('"daemon-failed"'));
    await room.close();
    expect(failed).toEqual([]);
  }, 30_000);

  afterEach(async (context) => {
    if (context.task.result?.state === 'fail') console.error(room.logs());
    await room.settled();
    expect(room.observer?.running).toBe(true);
    expect(room.observer?.holdersSince(beganMs).size).toBeGreaterThan(0);
    expect(room.observer?.overlapsSince(beganMs)).toEqual([]);
  }, 90_000);

  /** Waits until the address answers from another machine than before. */
  async function movedFrom(holder: string): Promise<void> {
    await until('the address on another machine', 30_000, async () => {
      const now = await room.holderOf('vip');
      return now !== undefined && now !== holder;
    });
  }

  async function holder(): Promise<string> {
    beganMs = Date.now();
    return until('the address to run', 30_000, () => room.holderOf('vip'));
  }

  test('kill -9 of the daemon on the machine that holds the address', async () => {
    const victim = await holder();
    await room.machine(victim).signalDaemon('KILL');
    await movedFrom(victim);
    expect(room.power.orders.at(-1)).toMatchObject({ machine: victim });
    expect(room.observer?.longestSilenceMs(beganMs)).toBeLessThan(10_000);
  }, 90_000);

  test('power failure of the leader', async () => {
    await holder();
    const leader = (await room.status()).leader ?? '';
    await room.powerOff(room.machine(leader));
    await until('another leader', 30_000, async () => (await room.status()).leader !== leader);
    await until('the address', 30_000, () => room.holderOf('vip'));
  }, 90_000);

  test('partition of the leader from the others', async () => {
    await holder();
    const leader = (await room.status()).leader ?? '';
    await room.network.cut(room.machine(leader), ['link0', 'link1']);
    await until('another leader', 30_000, async () => {
      const others = room.machines.filter((machine) => machine.name !== leader && machine.poweredOn);
      const status = await others[0]?.client.status({ timeoutMs: 1000 });
      return status?.quorate && status.leader !== null && status.leader !== leader;
    });
    await until(`fencing of ${leader}`, 30_000, () =>
      room.power.orders.some((order) => order.machine === leader && order.atMs > beganMs),
    );
    await room.network.heal(room.machine(leader), ['link0', 'link1']);
  }, 90_000);

  test('partition of the member that holds the address', async () => {
    const victim = await holder();
    await room.network.cut(room.machine(victim), ['link0', 'link1']);
    await until('the address on another machine', 30_000, async () => {
      const other = room.machines.find((machine) => machine.name !== victim);
      const status = await other?.client.status({ timeoutMs: 1000 });
      const report = status?.resources.find((resource) => resource.id === 'vip');
      return report?.role === 'Started' && report.nodes[0] !== victim;
    });
    await room.network.heal(room.machine(victim), ['link0', 'link1']);
  }, 90_000);

  test('one link of two cut: nobody is lost and nothing moves', async () => {
    const before = await holder();
    const fences = room.power.orders.length;
    await room.network.cut(room.machine(before), ['link0']);
    await pause(5_000);
    expect(await room.holderOf('vip')).toBe(before);
    expect((await room.status()).nodes.map((node) => node.state)).toEqual(['online', 'online', 'online']);
    expect(room.power.orders.length).toBe(fences);
    await room.network.heal(room.machine(before), ['link0']);
    expect(room.observer?.longestSilenceMs(beganMs)).toBeLessThan(2_000);
  }, 60_000);

  test('SIGSTOP of the daemon that holds the address for 30 s', async () => {
    const victim = await holder();
    await room.machine(victim).signalDaemon('STOP');
    await movedFrom(victim);
    await pause(30_000);
    await room
      .machine(victim)
      .signalDaemon('CONT')
      .catch(() => undefined);
  }, 120_000);
});
