import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { generateIdentity, type Identity, identityToText } from '../src/index.ts';
import { isConnected, pause, startMember, stopMembers, type TestMember, until } from './test-members.ts';

let child: ChildProcess | undefined;
afterEach(async () => {
  child?.kill('SIGKILL');
  await stopMembers();
});

async function startSilent(identity: Identity, member: TestMember): Promise<string[]> {
  const script = fileURLToPath(new URL('silent-member.ts', import.meta.url));
  const words = [identityToText(identity), 'a', member.transport.peerId, ...member.peer.addresses];
  child = spawn(process.execPath, ['--conditions=source', script, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return JSON.parse(line.toString()) as string[];
}

describe('a peer that never reads', () => {
  test('fills a bounded queue, holds up nobody, and is served again when it reads', {
    timeout: 30_000,
  }, async () => {
    const maxQueuedBytes = 2 * 1024 * 1024;
    const a = await startMember('a', { limits: { maxQueuedBytes }, timing: { stallMs: 60_000 } });
    const c = await startMember('c');
    const identity = await generateIdentity();
    const addresses = await startSilent(identity, a);
    const silent = { name: 'b', peerId: identity.peerId, addresses, role: 'member' as const };
    a.transport.setPeers([silent, c.peer]);
    c.transport.setPeers([a.peer]);
    await until(() => isConnected(a) && isConnected(c));

    child!.kill('SIGSTOP');
    const frame = Buffer.alloc(100_000);
    const beforeBytes = process.memoryUsage().arrayBuffers;
    let refused = 0;
    let taken = 0;
    for (let round = 0; round < 3000 && refused < 200; round += 1) {
      if (a.transport.send('b', frame, 0)) taken += 1;
      else refused += 1;
      if (round % 10 === 0) await pause(1);
    }
    expect(refused).toBe(200);
    const link = a.transport.links().find((one) => one.peer === 'b' && one.link === 0)!;
    expect(link.connected).toBe(true);
    expect(link.queuedBytes).toBeGreaterThan(0);
    expect(link.queuedBytes).toBeLessThanOrEqual(maxQueuedBytes + frame.length);
    // The queue, what lies in the layers below it, and nothing for what was refused.
    expect(process.memoryUsage().arrayBuffers - beforeBytes).toBeLessThan(16 * 1024 * 1024);

    // The other link still takes frames, and another peer is served at once.
    expect(a.transport.send('b', Buffer.from('beat'), 1)).toBe(true);
    await pause(400);
    expect(a.transport.send('b', Buffer.from('chosen'))).toBe(true);
    const startMs = performance.now();
    expect(a.transport.send('c', Buffer.from('hello'))).toBe(true);
    await until(() => c.received.length === 1);
    expect(performance.now() - startMs).toBeLessThan(100);

    child!.kill('SIGCONT');
    await until(() => a.transport.links().every((one) => one.queuedBytes === 0));
    const ask = { to: 'b', protocol: '/count/1', bytes: new Uint8Array(), timeoutMs: 5000 };
    await until(() => a.transport.send('b', Buffer.from('last'), 0));
    await pause(100);
    const count = Number(Buffer.from(await a.transport.request(ask)));
    expect(count).toBe(taken + 3);
  });
});
