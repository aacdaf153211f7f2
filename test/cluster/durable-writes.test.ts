import { readFileSync } from 'node:fs';
import type { ConfigurationChange } from '@holdfast/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf } from '../../packages/cli/src/dev/dev-faults.ts';
import { signalProcess } from '../../packages/cli/src/dev/marked-processes.ts';
import { startLoopbackCluster } from './loopback-cluster.ts';
import { pause, until } from './namespaces/run-command.ts';
import { randomNumbers } from './random-numbers.ts';

/** kill -9 at so many random points. */
const KILLS = Number(process.env.HOLDFAST_KILLS ?? 100);
const WRITERS = 3;

/** One write: a node attribute block named after it, so that every acknowledged write can be found again. */
function writeOf(id: string): ConfigurationChange {
  const pairs = [{ id: `${id}-value`, name: 'stonith-watchdog-timeout', value: '0' }];
  return { operations: [{ kind: 'put', entity: { kind: 'options', value: { id, rules: [], pairs } } }] };
}

describe('configuration writes under kill -9', () => {
  let cluster: Awaited<ReturnType<typeof startLoopbackCluster>>;

  beforeAll(async () => {
    cluster = await startLoopbackCluster({ restartDelayMs: 50 });
  }, 60_000);
  afterAll(() => cluster?.stop(), 30_000);

  test(`${KILLS} kills at random points lose no acknowledged write, and every store opens again`, async () => {
    const seed = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
    const random = randomNumbers(seed);
    const acknowledged: string[] = [];
    let done = false;
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      for (let number = 0; !done; number += 1) {
        const member = cluster.record.members[(writer + number) % cluster.record.members.length]!;
        const id = `w${writer}-${number}`;
        try {
          await clientOf(member).change({ change: writeOf(id) }, { timeoutMs: 5_000 });
          acknowledged.push(id);
        } catch {
          // Not acknowledged: it may or may not be there.
          await pause(20);
        }
      }
    });
    for (let kill = 0; kill < KILLS; kill += 1) {
      await pause(random() * 400);
      const victim = cluster.record.members[Math.floor(random() * cluster.record.members.length)]!;
      const pid = await until(`the daemon of ${victim.name}`, 20_000, () =>
        cluster.supervisor.pidOf(victim.name),
      );
      const before = acknowledged.length;
      signalProcess(pid, 'SIGKILL');
      // The next kill only counts under writes that are being acknowledged again.
      await until(
        `writes after kill ${kill} of ${victim.name} (seed ${seed})`,
        30_000,
        () => acknowledged.length > before,
      );
    }
    done = true;
    await Promise.all(writers);
    const ids = await until('the configuration', 30_000, async () => {
      const answer = JSON.stringify(await clientOf(cluster.record.members[0]!).configuration());
      return new Set(answer.match(/w\d+-\d+(?=")/g));
    });
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(KILLS);
    for (const member of cluster.record.members) {
      const log = readFileSync(member.logFile, 'utf8');
      expect(log.split('\n').filter((line) => line.includes('"daemon-failed"'))).toEqual([]);
    }
    console.log(`${acknowledged.length} acknowledged writes, ${KILLS} kills, seed ${seed}`);
  }, 900_000);
});
