import { join } from 'node:path';
import type { StatusReport } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf, failResource, killMember } from '../../packages/cli/src/dev/dev-faults.ts';
import { ROOT, startLoopbackCluster } from './loopback-cluster.ts';
import { until } from './namespaces/run-command.ts';

describe('a daemon that is killed and comes back before it counts as lost', () => {
  let cluster: Awaited<ReturnType<typeof startLoopbackCluster>>;

  beforeAll(async () => {
    cluster = await startLoopbackCluster({
      example: join(ROOT, 'examples/first-cluster'),
      httpPort: 18_380,
      restartDelayMs: 100,
      // Slow enough to be found again by the same cluster on a busy machine.
      settings: { heartbeatIntervalMs: 500, detectionTimeoutMs: 15_000 },
    });
  }, 60_000);

  afterAll(async () => {
    await cluster?.stop();
  }, 30_000);

  const statusFrom = (name: string): Promise<StatusReport> =>
    clientOf(cluster.record.members.find((member) => member.name === name)!).status({ timeoutMs: 2000 });

  const homeOf = (status: StatusReport): string | undefined => {
    const web = status.resources.find((resource) => resource.id === 'web');
    return web?.role === 'Started' ? web.nodes[0] : undefined;
  };

  /** Times the service has failed on a member, as the cluster counts them. */
  const failCount = (status: StatusReport, node: string): number =>
    status.failures
      .filter((failure) => failure.resource === 'web' && failure.node === node)
      .reduce((sum, failure) => sum + failure.failCount, 0);

  test('keeps its fail counts and the services it finds, and nobody is fenced', async () => {
    const first = cluster.record.members[0]!.name;
    const home = await until('the service', 30_000, async () => homeOf(await statusFrom(first)));
    const witness = cluster.record.members.find((member) => member.name !== home)!.name;
    failResource(cluster.record, 'web');
    await until('a failure that was dealt with', 30_000, async () => {
      const status = await statusFrom(witness);
      return failCount(status, home) === 1 && homeOf(status) === home;
    });
    const before = cluster.supervisor.pidOf(home);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    killMember(cluster.record, home);
    await until('the daemon again', 30_000, () => {
      const pid = cluster.supervisor.pidOf(home);
      return pid !== undefined && pid !== before;
    });
    const after = await until('the member with authority and its service', 60_000, async () => {
      const status = await statusFrom(witness);
      const node = status.nodes.find(({ name }) => name === home);
      return node?.state === 'online' && node.incarnation === 2 && homeOf(status) === home && status;
    });
    expect(failCount(after, home)).toBe(1);
    expect(after.fencing.history).toEqual([]);
  }, 180_000);
});
