import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import { connectMembers, isConnected, startMember, stopMembers, until } from './test-members.ts';

afterEach(stopMembers);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapKiB(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1024;
}

/** Growth of the heap per round after a time of warming up. */
async function growthPerRoundKiB(rounds: number, round: () => Promise<unknown>): Promise<number> {
  for (let warm = 0; warm < rounds; warm += 1) await round();
  const before = heapKiB();
  for (let count = 0; count < rounds; count += 1) await round();
  return (heapKiB() - before) / rounds;
}

describe('memory', () => {
  test('does not grow with reconnections and requests', { timeout: 60_000 }, async () => {
    const a = await startMember('a');
    const b = await startMember('b');
    await connectMembers(a, b);
    // Connections that were not freed would be 60 KiB per round, requests 6 KiB.
    const perReconnect = await growthPerRoundKiB(60, async () => {
      a.transport.setPeers([]);
      a.transport.setPeers([b.peer]);
      await until(() => isConnected(a) && isConnected(b));
      a.log.length = 0;
      b.log.length = 0;
    });
    expect(perReconnect).toBeLessThan(30);
    const ask = { to: 'b', protocol: '/x/1', bytes: Buffer.from('q'), timeoutMs: 5000 };
    const lasting = new AbortController();
    const perRequest = await growthPerRoundKiB(400, () =>
      a.transport.request({ ...ask, signal: lasting.signal }),
    );
    expect(perRequest).toBeLessThan(3);
  });
});
