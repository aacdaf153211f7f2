import { join } from 'node:path';
import type { StatusReport } from '@holdfast/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf } from '../../packages/cli/src/dev/dev-faults.ts';
import { findReturnedCopies, ServicePoller } from '../../packages/cli/src/dev/service-poller.ts';
import { ROOT, startLoopbackCluster } from './loopback-cluster.ts';
import { until } from './namespaces/run-command.ts';

describe('SIGTERM of the daemon on the member that runs the service', () => {
  let cluster: Awaited<ReturnType<typeof startLoopbackCluster>>;
  let poller: ServicePoller;

  beforeAll(async () => {
    cluster = await startLoopbackCluster({ example: join(ROOT, 'examples/first-cluster'), httpPort: 18_280 });
    poller = new ServicePoller({ endpoint: cluster.record.endpoint });
    poller.start();
  }, 60_000);

  afterAll(async () => {
    await poller?.stop();
    await cluster?.stop();
  }, 30_000);

  const statusFrom = (name: string): Promise<StatusReport> =>
    clientOf(cluster.record.members.find((member) => member.name === name)!).status({ timeoutMs: 1000 });

  const runningOn = (status: StatusReport): string | undefined => {
    const web = status.resources.find((resource) => resource.id === 'web');
    return web?.role === 'Started' ? web.nodes[0] : undefined;
  };

  test('moves the services away first, ends with 0, and nobody is fenced', async () => {
    const first = cluster.record.members[0]!.name;
    const home = await until(
      'the service',
      30_000,
      async () => poller.lastAnswer && runningOn(await statusFrom(first)),
    );
    const witness = cluster.record.members.find((member) => member.name !== home)!.name;
    const pid = cluster.supervisor.pidOf(home)!;
    process.kill(pid, 'SIGTERM');
    await until('the end of the daemon', 20_000, () => cluster.supervisor.pidOf(home) === undefined);
    const after = await until('the service elsewhere', 20_000, async () => {
      const status = await statusFrom(witness);
      const now = runningOn(status);
      return now !== undefined && now !== home && status;
    });
    expect(after.fencing.history).toEqual([]);
    expect(after.nodes.find((node) => node.name === home)?.state).toBe('offline');
    // It has left, so the supervisor lets it rest: ended with 0.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(cluster.supervisor.pidOf(home)).toBeUndefined();
    cluster.supervisor.start(cluster.record.members.find((member) => member.name === home)!);
    await until('the return of the member', 20_000, async () => {
      const node = (await statusFrom(witness)).nodes.find((candidate) => candidate.name === home);
      return node?.state === 'online' && node.voter;
    });
    expect(findReturnedCopies(poller.samples)).toEqual([]);
  }, 120_000);
});
