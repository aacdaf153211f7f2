import { readFileSync } from 'node:fs';
import type { ConfigurationChange, HoldfastError } from '@holdfast/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf } from '../../packages/cli/src/dev/dev-faults.ts';
import type { DevMember } from '../../packages/cli/src/dev/dev-layout.ts';
import { largeChange } from '../bench/main-loop/large-change.ts';
import { startLoopbackCluster } from './loopback-cluster.ts';
import { pause } from './namespaces/run-command.ts';

/** A change that large takes seconds on a busy machine; suspecting somebody over it is what must not happen. */
const DETECTION_MS = 4000;
/** Each with a description of 4.5 KB: 20 MB, as long as four requests. */
const LARGE = { resources: 4000, description: 'd'.repeat(4500) };

interface LogRecord {
  readonly event: string;
  readonly durationMs?: number;
}

const ALARMS: ReadonlySet<string> = new Set([
  'peer-suspected',
  'peer-unreachable',
  'peer-lost',
  'leader-changed',
  'member-lost',
  'link-down',
  'message-refused',
]);

function logOf(member: DevMember): LogRecord[] {
  const lines = readFileSync(member.logFile, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as LogRecord);
}

function change(resources: number, description: string): { readonly change: ConfigurationChange } {
  return { change: largeChange(resources, description) as unknown as ConfigurationChange };
}

describe('a configuration of thousands of resources', () => {
  let cluster: Awaited<ReturnType<typeof startLoopbackCluster>>;
  let members: readonly DevMember[];

  beforeAll(async () => {
    const settings = { detectionTimeoutMs: DETECTION_MS, logLevel: 'debug' };
    cluster = await startLoopbackCluster({ settings });
    members = cluster.record.members;
  }, 60_000);
  afterAll(() => cluster?.stop(), 60_000);

  /** The leader first. */
  async function byRole(): Promise<readonly [DevMember, DevMember, DevMember]> {
    const { leader } = await clientOf(members[0]!).status({ timeoutMs: 30_000 });
    const others = members.filter(({ name }) => name !== leader);
    return [members.find(({ name }) => name === leader)!, others[0]!, others[1]!];
  }

  /** Makes a change, and returns how long main loops were busy. Nobody may come under suspicion meanwhile. */
  async function changeQuietly(via: DevMember, resources: number, description: string): Promise<number[]> {
    const before = members.map((member) => logOf(member).length);
    await clientOf(via).change(change(resources, description), { timeoutMs: 60_000 });
    await pause(2 * DETECTION_MS);
    return members.map((member, at) => {
      const news = logOf(member).slice(before[at]);
      expect(news.filter(({ event }) => ALARMS.has(event))).toEqual([]);
      const busyMs = news
        .filter(({ event }) => event === 'main-loop-busy')
        .map((each) => each.durationMs ?? 0);
      return Math.round(Math.max(0, ...busyMs));
    });
  }

  test('is changed through each member, and read through the others, without anybody being suspected', async () => {
    const [leader, ...others] = await byRole();
    for (const [at, via] of [leader, ...others].entries()) {
      const busyMs = await changeQuietly(via, 1000, `via ${via.name}`);
      console.log(
        `1000 resources through ${at === 0 ? 'the leader' : via.name}: busy ${busyMs.join(', ')} ms`,
      );
      for (const reader of members) {
        const text = JSON.stringify(await clientOf(reader).configuration({ timeoutMs: 30_000 }));
        expect(text.split(`via ${via.name}`)).toHaveLength(1001);
      }
    }
  }, 180_000);

  test('of 20 MB is committed in one change through a member that does not lead', async () => {
    const [leader, via, reader] = await byRole();
    const beganMs = performance.now();
    const busyMs = await changeQuietly(via, LARGE.resources, LARGE.description);
    const tookMs = Math.round(performance.now() - beganMs - 2 * DETECTION_MS);
    console.log(`20 MB through ${via.name}: ${tookMs} ms; main loops busy at most ${busyMs.join(', ')} ms`);
    for (const member of [reader, leader]) {
      const text = JSON.stringify(await clientOf(member).configuration({ timeoutMs: 30_000 }));
      expect(text.split(LARGE.description)).toHaveLength(LARGE.resources + 1);
    }
    const status = await clientOf(reader).status({ timeoutMs: 30_000 });
    expect(status.nodes.every(({ state }) => state === 'online')).toBe(true);
    expect(status.resources).toHaveLength(LARGE.resources);
  }, 180_000);

  test('above the limit is refused with what to do, and leaves nothing behind', async () => {
    const [, via, reader] = await byRole();
    const codes: string[] = [];
    for (const [resources, length] of [
      [4000, 11_000],
      [1, 5_000_000],
    ] as const) {
      await clientOf(via)
        .change(change(resources, 'x'.repeat(length)), { timeoutMs: 60_000 })
        .catch((error: HoldfastError) => codes.push(error.code));
    }
    expect(codes).toEqual(['CONFIG_TOO_LARGE', 'REQUEST_TOO_LARGE']);
    const text = JSON.stringify(await clientOf(reader).configuration({ timeoutMs: 30_000 }));
    expect(text).not.toContain('xxxxxxxx');
  }, 180_000);
});
