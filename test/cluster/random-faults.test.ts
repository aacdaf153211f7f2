import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  clientOf,
  cutMember,
  failResource,
  healMember,
  killMember,
  pauseMember,
  resumeMember,
} from '../../packages/cli/src/dev/dev-faults.ts';
import { findReturnedCopies, ServicePoller } from '../../packages/cli/src/dev/service-poller.ts';
import { ROOT, startLoopbackCluster } from './loopback-cluster.ts';
import { pause, until } from './namespaces/run-command.ts';
import { randomNumbers } from './random-numbers.ts';

/** How long things are broken at random. */
const DURATION_MS = Number(process.env.HOLDFAST_FAULT_SECONDS ?? 60) * 1000;

describe('random faults', () => {
  let cluster: Awaited<ReturnType<typeof startLoopbackCluster>>;
  let poller: ServicePoller;

  beforeAll(async () => {
    cluster = await startLoopbackCluster({
      example: join(ROOT, 'examples/first-cluster'),
      httpPort: 18_380,
      restartDelayMs: 1_000,
    });
    poller = new ServicePoller({ endpoint: cluster.record.endpoint });
    poller.start();
  }, 60_000);

  afterAll(async () => {
    await poller?.stop();
    await cluster?.stop();
  }, 30_000);

  const settled = (timeoutMs: number): Promise<boolean> =>
    until('the cluster to settle', timeoutMs, async () => {
      const status = await clientOf(cluster.record.members[0]!).status({ timeoutMs: 1_000 });
      const online = status.nodes.every((node) => node.state === 'online');
      const running = status.resources.every((resource) => resource.role === 'Started');
      if (online && running && status.resources.length > 0) return true;
      throw new Error(JSON.stringify(status).slice(0, 4000));
    });

  test(
    `for ${DURATION_MS / 1000} s never run two copies, stop no daemon by an error, and are healed from`,
    async () => {
      await settled(30_000);
      const seed = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
      const random = randomNumbers(seed);
      const { record } = cluster;
      const trail: string[] = [];
      const faults: Readonly<Record<string, (name: string) => unknown>> = {
        kill: (name) => killMember(record, name),
        pause: async (name) => {
          pauseMember(record, name);
          await pause(500 + random() * 4_000);
          resumeMember(record, name);
        },
        cut: async (name) => {
          await cutMember(record, name);
          await pause(500 + random() * 4_000);
          await healMember(record, name);
        },
        fail: () => failResource(record, random() < 0.5 ? 'web' : 'endpoint'),
      };
      const endMs = performance.now() + DURATION_MS;
      while (performance.now() < endMs) {
        const kind = Object.keys(faults)[Math.floor(random() * 4)]!;
        const member = record.members[Math.floor(random() * record.members.length)]!;
        trail.push(`${kind} ${member.name}`);
        try {
          await faults[kind]!(member.name);
        } catch (error) {
          // The victim is down at the moment.
          trail.push(`  ${error instanceof Error ? error.message : error}`);
        }
        await pause(random() * 5_000);
      }
      for (const member of record.members) {
        await until(`the heal of ${member.name}`, 20_000, async () => {
          await healMember(record, member.name);
          return true;
        });
      }
      console.log(`seed ${seed}: ${trail.filter((line) => !line.startsWith(' ')).join(', ')}`);
      await settled(60_000);
      const violations = join(record.dataDirectory, 'web', 'violations');
      expect(existsSync(violations) ? readFileSync(violations, 'utf8') : '').toBe('');
      expect(findReturnedCopies(poller.samples)).toEqual([]);
      for (const member of record.members) {
        const lines = readFileSync(member.logFile, 'utf8').split('\n');
        expect(lines.filter((line) => line.includes('"daemon-failed"'))).toEqual([]);
      }
    },
    DURATION_MS + 180_000,
  );
});
