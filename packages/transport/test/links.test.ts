import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { CuttableProxy } from './cuttable-proxy.ts';
import {
  connectMembers,
  dialOrder,
  isConnected,
  pause,
  startMember,
  stopMembers,
  until,
} from './test-members.ts';

afterEach(stopMembers);

describe('links', () => {
  for (const restarted of ['the member that dials', 'the member that is dialled'] as const) {
    test(`are back within 200 ms of the restart of ${restarted}`, { retry: 2 }, async () => {
      const [first, second] = await dialOrder();
      const dials = restarted === 'the member that dials';
      const stays = await startMember('stays', { identity: dials ? second : first });
      const identity = dials ? first : second;
      const before = await startMember('restarts', { identity });
      await connectMembers(stays, before);
      await before.transport.stop();
      await until(() => stays.transport.links().every((link) => !link.connected));
      // Long enough that the pauses between dials have reached their maximum.
      await pause(1200);
      const after = await startMember('restarts', { identity, listen: before.peer.addresses });
      const startMs = performance.now();
      after.transport.setPeers([stays.peer]);
      await until(() => isConnected(stays) && isConnected(after));
      expect(performance.now() - startMs).toBeLessThan(200);
      expect(stays.transport.send('restarts', Buffer.from('again'))).toBe(true);
      await until(() => after.received.length === 1);
    });
  }

  test('carry on over the second one when the first dies, and the first comes back', async () => {
    const [first, second] = await dialOrder();
    const a = await startMember('a', { identity: first });
    const b = await startMember('b', { identity: second });
    const proxy = await CuttableProxy.start(b.peer.addresses[0]!);
    const throughProxy = { ...b.peer, addresses: [proxy.address, b.peer.addresses[1]!] };
    a.transport.setPeers([throughProxy]);
    b.transport.setPeers([a.peer]);
    await until(() => isConnected(a) && isConnected(b));
    expect(a.transport.send('b', Buffer.from('one'))).toBe(true);
    await until(() => b.received.length === 1);
    expect(b.received[0]!.link).toBe(0);

    proxy.cut();
    await until(() => !a.transport.links()[0]!.connected);
    expect(a.transport.links()[1]!.connected).toBe(true);
    expect(a.transport.send('b', Buffer.from('two'))).toBe(true);
    await until(() => b.received.length === 2);
    expect(b.received[1]!.link).toBe(1);
    const answer = await a.transport.request({
      to: 'b',
      protocol: '/x/1',
      bytes: Buffer.from('q'),
      timeoutMs: 2000,
    });
    expect(Buffer.from(answer).toString()).toBe('a /x/1 q');

    proxy.restore();
    const startMs = performance.now();
    await until(() => isConnected(a) && isConnected(b));
    expect(performance.now() - startMs).toBeLessThan(1000);
    await proxy.stop();
  });

  test('that stall without an error are avoided at once and replaced when the network is back', async () => {
    const [first, second] = await dialOrder();
    const timing = { stallMs: 600, stuckMs: 150 };
    const a = await startMember('a', { identity: first, timing });
    const b = await startMember('b', { identity: second, timing });
    const proxy = await CuttableProxy.start(b.peer.addresses[0]!);
    a.transport.setPeers([{ ...b.peer, addresses: [proxy.address, b.peer.addresses[1]!] }]);
    b.transport.setPeers([a.peer]);
    await until(() => isConnected(a) && isConnected(b));
    const beats = setInterval(() => {
      for (const link of [0, 1]) {
        a.transport.send('b', Buffer.from('beat'), link);
        b.transport.send('a', Buffer.from('beat'), link);
      }
    }, 20);
    try {
      await pause(200);
      proxy.stall();
      await pause(400);
      expect(a.transport.links().map((link) => link.connected)).toEqual([true, true]);
      a.transport.send('b', Buffer.from('chosen'));
      await until(() => b.received.some((one) => Buffer.from(one.bytes).toString() === 'chosen'), 500);
      await pause(800);
      const heardBefore = b.received.filter((one) => one.link === 0).length;
      proxy.passNewConnections();
      await until(() => b.received.filter((one) => one.link === 0).length > heardBefore + 5, 3500);
    } finally {
      clearInterval(beats);
      await proxy.stop();
    }
  });

  test('to a host that never answers do not hold up the others', async () => {
    const silent: Socket[] = [];
    const server = createServer((socket) => silent.push(socket)).listen(0, '127.0.0.1');
    await until(() => server.listening);
    const port = (server.address() as { port: number }).port;
    const [first, second] = await dialOrder();
    const listen = ['127.0.0.1:0', '127.0.0.2:0', '0.0.0.0:0'];
    const a = await startMember('a', { identity: first, listen });
    const b = await startMember('b', { identity: second });
    // 198.51.100.1 is set aside for documentation: nobody answers there.
    const addresses = [`127.0.0.1:${port}`, b.peer.addresses[1]!, '198.51.100.1:4000'];
    a.transport.setPeers([{ ...b.peer, addresses }]);
    b.transport.setPeers([a.peer]);
    const startMs = performance.now();
    await until(() => a.transport.links()[1]!.connected);
    expect(performance.now() - startMs).toBeLessThan(500);
    expect(a.transport.links().map((link) => link.connected)).toEqual([false, true, false]);
    const stopMs = performance.now();
    await stopMembers();
    expect(performance.now() - stopMs).toBeLessThan(1500);
    for (const socket of silent) socket.destroy();
    server.close();
  });

  test('stay one per link and peer however often both sides start at once', async () => {
    const members = await Promise.all(['a', 'b', 'c', 'd'].map((name) => startMember(name)));
    await connectMembers(...members);
    await pause(1500);
    for (const member of members) {
      expect(isConnected(member)).toBe(true);
      expect(member.log.filter((record) => record.event === 'link-down')).toEqual([]);
    }
  });

  test('are as many as both sides have', async () => {
    const one = await startMember('one', { listen: ['127.0.0.1:0'] });
    const two = await startMember('two');
    await connectMembers(one, two);
    expect(one.transport.links().length).toBe(1);
    expect(two.transport.links().length).toBe(1);
  });

  test('start when one of the own addresses does not exist yet, and not when a port is taken', async () => {
    const a = await startMember('a', { listen: ['127.0.0.1:0', '198.51.100.7:0'] });
    expect(a.log.map((record) => record.event)).toContain('listen-failed');
    const taken = a.peer.addresses[0]!;
    await expect(startMember('b', { listen: [taken] })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
