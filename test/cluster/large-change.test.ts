import { readFileSync } from 'node:fs';
import type { ConfigurationChange, HoldfastError } from '@holdfast/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf } from '../../packages/cli/src/dev/dev-faults.ts';
import type { DevMember } from '../../packages/cli/src/dev/dev-layout.ts';
import { largeChange } from '../bench/main-loop/large-change.ts';
import { startLoopbackCluster } from './loopback-cluster.ts';
import { pause } from './namespaces/run-command.ts';

/** Just below the limit of one request. */
const MOST_RESOURCES = 6500;
/** A change that large takes seconds on a busy machine; losing somebody over it is what must not happen. */
const DETECTION_MS = 4000;

interface LogRecord {
  readonly event: string;
  readonly durationMs?: number;
}

function logOf(member: DevMember): LogRecord[] {
  const lines = readFileSync(member.logFile, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as LogRecord);
}

const change = (resources: number, value: string) =>
  ({ change: largeChange(resources, value) as unknown as ConfigurationChange }) as const;

describe('a configuration of thousands of resources', () => {
  let cluster: Awaited<ReturnType<typeof startLoopbackCluster>>;
  let members: readonly DevMember[];

  beforeAll(async () => {
    cluster = await startLoopbackCluster({ settings: { detectionTimeoutMs: DETECTION_MS } });
    members = cluster.record.members;
  }, 60_000);
  afterAll(() => cluster?.stop(), 30_000);

  test('is taken in one change without anybody being lost; how long main loops were busy is printed', async () => {
    for (const resources of [1000, MOST_RESOURCES]) {
      const before = members.map((member) => logOf(member).length);
      const size = JSON.stringify(largeChange(resources)).length;
      const beganMs = performance.now();
      await clientOf(members[1]!).change(change(resources, `r${resources}`), { timeoutMs: 60_000 });
      const tookMs = performance.now() - beganMs;
      await pause(2 * DETECTION_MS);
      const busyMs = members.map((member, at) => {
        const news = logOf(member).slice(before[at]);
        expect(news.filter(({ event }) => event === 'leader-changed' || event === 'peer-lost')).toEqual([]);
        return Math.max(
          0,
          ...news.filter(({ event }) => event === 'main-loop-busy').map((each) => each.durationMs ?? 0),
        );
      });
      console.log(
        `${resources} resources, ${(size / 1e6).toFixed(1)} MB: ${Math.round(tookMs)} ms; main loops busy at most ` +
          `${busyMs.map((ms) => Math.round(ms)).join(', ')} ms`,
      );
      expect(Math.max(...busyMs)).toBeLessThan(DETECTION_MS);
    }
    const status = await clientOf(members[0]!).status({ timeoutMs: 30_000 });
    expect(status.nodes.every(({ state }) => state === 'online')).toBe(true);
  }, 180_000);

  test('above the limit it is refused by its announced length, before anything of it is read', async () => {
    const beganMs = performance.now();
    const refusal = await clientOf(members[0]!)
      .change(change(5 * MOST_RESOURCES, 'x'), { timeoutMs: 30_000 })
      .catch((error: HoldfastError) => error.code);
    console.log(`refused after ${Math.round(performance.now() - beganMs)} ms`);
    expect(refusal).toBe('REQUEST_TOO_LARGE');
  }, 60_000);
});
