import { afterEach, describe, expect, test } from 'vitest';
import { connectMembers, pause, startMember, stopMembers } from './test-members.ts';

afterEach(stopMembers);

describe('requests', () => {
  test('carry megabytes both ways beside other requests', async () => {
    const a = await startMember('a');
    const b = await startMember('b', { handlers: { onRequest: async (_from, _protocol, bytes) => bytes } });
    await connectMembers(a, b);
    const large = Buffer.alloc(8 * 1024 * 1024, 'x');
    const ask = (bytes: Buffer) => a.transport.request({ to: 'b', protocol: '/x/1', bytes, timeoutMs: 8000 });
    const [first, second] = await Promise.all([ask(large), ask(Buffer.from('small'))]);
    expect(Buffer.compare(first!, large)).toBe(0);
    expect(Buffer.from(second!).toString()).toBe('small');
    const three = Array.from({ length: 30 }, (_unused, number) => ask(Buffer.from(`${number}`)));
    expect((await Promise.all(three)).map((bytes) => Number(Buffer.from(bytes)))).toEqual(
      three.map((_one, at) => at),
    );
  });

  test('wait for a peer that is not connected yet, and not longer than their timeout', async () => {
    const a = await startMember('a');
    const b = await startMember('b');
    a.transport.setPeers([b.peer]);
    const given = { to: 'b', protocol: '/x/1', bytes: Buffer.from('q') };
    const startMs = performance.now();
    await expect(a.transport.request({ ...given, timeoutMs: 100 })).rejects.toMatchObject({
      name: 'RequestFailed',
      reason: 'not-connected',
    });
    expect(performance.now() - startMs).toBeLessThan(250);
    const early = a.transport.request({ ...given, timeoutMs: 5000 });
    await pause(100);
    b.transport.setPeers([a.peer]);
    expect(Buffer.from(await early).toString()).toBe('a /x/1 q');
  });

  test('say why they failed, and tell the handler that nobody waits any more', async () => {
    let handlerEnded = 0;
    const a = await startMember('a', { limits: { maxFrameBytes: 1000 } });
    const b = await startMember('b', {
      handlers: {
        onRequest: (_from, _protocol, _bytes, signal) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              handlerEnded += 1;
              reject(signal.reason);
            });
          }),
      },
    });
    await connectMembers(a, b);
    const given = { to: 'b', protocol: '/x/1', bytes: Buffer.from('q') };
    await expect(a.transport.request({ ...given, timeoutMs: 150 })).rejects.toMatchObject({
      reason: 'timeout',
    });
    await pause(50);
    expect(handlerEnded).toBe(1);
    const tooLarge = { ...given, bytes: Buffer.alloc(1001), timeoutMs: 150 };
    await expect(a.transport.request(tooLarge)).rejects.toMatchObject({ reason: 'too-large' });
    const abort = new AbortController();
    const aborted = a.transport.request({ ...given, timeoutMs: 5000, signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await expect(aborted).rejects.toMatchObject({ reason: 'aborted' });
    const cut = a.transport.request({ ...given, timeoutMs: 5000 });
    setTimeout(() => void b.transport.stop(), 20);
    await expect(cut).rejects.toMatchObject({ reason: 'closed' });
    const stopped = expect(a.transport.request({ ...given, timeoutMs: 5000 })).rejects.toMatchObject({
      name: 'RequestFailed',
    });
    await a.transport.stop();
    await stopped;
  });
});
