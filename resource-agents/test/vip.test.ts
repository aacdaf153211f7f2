import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalAddress, isInNetwork } from '../vip/network.ts';
import { BuiltAgents, isMissing, isRoot, sh } from './built-agents.ts';

describe('addresses', () => {
  test('have one spelling', () => {
    expect(canonicalAddress('FD00:0:0::1')).toBe('fd00::1');
    expect(canonicalAddress('10.0.0.1')).toBe('10.0.0.1');
    expect(canonicalAddress('10.0.0')).toBeUndefined();
    expect(canonicalAddress('example.org')).toBeUndefined();
  });

  test('are in a network or not', () => {
    expect(isInNetwork('10.1.2.3', { local: '10.1.255.1', prefixlen: 16 })).toBe(true);
    expect(isInNetwork('10.2.2.3', { local: '10.1.255.1', prefixlen: 16 })).toBe(false);
    expect(isInNetwork('fd00::1', { local: 'fd00::ffff:1', prefixlen: 64 })).toBe(true);
    expect(isInNetwork('fd01::1', { local: 'fd00::1', prefixlen: 64 })).toBe(false);
    expect(isInNetwork('::ffff:10.0.0.1', { local: '::ffff:10.0.0.2', prefixlen: 120 })).toBe(true);
    expect(isInNetwork('10.1.2.3', { local: 'fd00::1', prefixlen: 0 })).toBe(false);
  });
});

const skipped = isMissing(
  { root: isRoot, ip: existsSync('/usr/sbin/ip') || existsSync('/sbin/ip') },
  'a virtual address',
);
const agents = new BuiltAgents();
const id = `hfvip${process.pid}`;
const [one, two, client] = [`${id}a`, `${id}b`, `${id}c`];
const inside = (name: string, command: string) => sh(`ip netns exec ${name} ${command}`);

describe.skipIf(skipped)('a virtual address between two servers and a client', () => {
  beforeAll(async () => {
    await agents.start();
    sh(
      `ip netns add ${id}sw; ip netns exec ${id}sw ip link add sw type bridge; ip netns exec ${id}sw ip link set sw up`,
    );
    for (const [index, name] of [one, two, client].entries()) {
      sh(`ip netns add ${name}`);
      sh(`ip -n ${id}sw link add port${index} type veth peer name eth0 netns ${name}`);
      sh(`ip -n ${id}sw link set port${index} master sw up`);
      sh(`ip -n ${name} link set lo up; ip -n ${name} link set eth0 up`);
      sh(
        `ip -n ${name} addr add 10.8.0.${index + 1}/24 dev eth0; ip -n ${name} addr add fd08::${index + 1}/64 dev eth0 nodad`,
      );
      agents.wrap(name, 'vip', `ip netns exec ${name}`);
    }
  });

  afterAll(async () => {
    for (const name of [one, two, client, `${id}sw`]) sh(`ip netns del ${name}`);
    await agents.stop();
  });

  const hardwareAddress = (name: string) =>
    (JSON.parse(inside(name, 'ip -j link show eth0')) as { address: string }[])[0]!.address;
  const neighbour = (address: string) =>
    (JSON.parse(inside(client, `ip -j neigh show ${address}`)) as { lladdr?: string }[])[0]?.lladdr;

  test('answers on the server that runs it, takes prefix and interface from the network', async () => {
    await agents.lifeCycle(`${one}:vip`, { ip: '10.8.0.50' }, () => {
      expect(inside(one, 'ip -o addr show dev eth0')).toContain('10.8.0.50/24');
      inside(client, 'ping -c 1 -W 2 10.8.0.50');
    });
    expect(inside(one, 'ip -o addr show')).not.toContain('10.8.0.50');
  });

  test.each([
    ['IPv4', '10.8.0.60'],
    ['IPv6', 'fd08::60'],
  ])('leads the client to the other server at once when it moves (%s)', async (_version, ip) => {
    const parameters = { ip, arp_count: '2' };
    await agents.expectCode(`${one}:vip`, 'start', parameters, 0);
    inside(client, `ping -c 1 -W 2 ${ip}`);
    expect(neighbour(ip)).toBe(hardwareAddress(one));
    await agents.expectCode(`${one}:vip`, 'stop', parameters, 0);
    await agents.expectCode(`${two}:vip`, 'start', parameters, 0);
    // Nothing was sent by the client meanwhile: only an announcement can have told it.
    await expect.poll(() => neighbour(ip), { timeout: 3000 }).toBe(hardwareAddress(two));
    inside(client, `ping -c 1 -W 2 ${ip}`);
    await agents.expectCode(`${two}:vip`, 'monitor', parameters, 0);
    await agents.expectCode(`${one}:vip`, 'monitor', parameters, 7);
    await agents.expectCode(`${two}:vip`, 'stop', parameters, 0);
  });

  test('fails its monitor when the interface is down, and is stopped then', async () => {
    const parameters = { ip: '10.8.0.70', nic: 'eth0', cidr_netmask: '32' };
    await agents.expectCode(`${one}:vip`, 'start', parameters, 0);
    sh(`ip -n ${one} link set eth0 down`);
    const result = await agents.expectCode(`${one}:vip`, 'monitor', parameters, 1);
    expect(result.exitReason).toBe('interface eth0 is down');
    await agents.expectCode(`${one}:vip`, 'stop', parameters, 0);
    await agents.expectCode(`${one}:vip`, 'monitor', parameters, 7);
    // Taking the interface down has removed its IPv6 address.
    sh(`ip -n ${one} link set eth0 up; ip -n ${one} addr add fd08::1/64 dev eth0 nodad`);
  });

  test('that another host has already is refused for IPv6', async () => {
    sh(`ip -n ${two} addr add fd08::80/64 dev eth0 nodad`);
    const result = await agents.expectCode(`${one}:vip`, 'start', { ip: 'fd08::80' }, 1);
    expect(result.exitReason).toBe('another host has fd08::80');
    await agents.expectCode(`${one}:vip`, 'monitor', { ip: 'fd08::80' }, 7);
  });

  test('says what is wrong with its parameters', async () => {
    const reason = async (parameters: Record<string, string>, code: number) =>
      (await agents.expectCode(`${one}:vip`, 'validate-all', parameters, code)).exitReason;
    expect(await reason({ ip: 'nonsense' }, 6)).toBe('"nonsense" is not an IP address');
    expect(await reason({ ip: '10.8.0.50', cidr_netmask: '64' }, 6)).toContain('too long');
    expect(await reason({ ip: '10.8.0.50', nic: 'eth7' }, 2)).toBe('there is no interface eth7 on this host');
    expect(await reason({ ip: '192.0.2.1' }, 2)).toContain('no interface of this host is in the network');
  });
});
