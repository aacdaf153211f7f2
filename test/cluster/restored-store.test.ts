import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf, killMember } from '../../packages/cli/src/dev/dev-faults.ts';
import type { DevMember } from '../../packages/cli/src/dev/dev-layout.ts';
import { startLoopbackCluster } from './loopback-cluster.ts';
import { until } from './namespaces/run-command.ts';

describe('a member whose store is restored from a backup (rule 16)', () => {
  let cluster: Awaited<ReturnType<typeof startLoopbackCluster>>;
  let n1: DevMember;
  let n3: DevMember;

  beforeAll(async () => {
    cluster = await startLoopbackCluster({ httpPort: 18_480, restartDelayMs: 3000 });
    n1 = cluster.record.members[0]!;
    n3 = cluster.record.members[2]!;
  }, 60_000);
  afterAll(() => cluster?.stop(), 30_000);

  const isUp = () => cluster.supervisor.pidOf('n3') !== undefined;
  const state = () => join(n3.directory, 'state');
  const backup = () => join(n3.directory, 'backup');
  const endings = () =>
    readFileSync(n3.logFile, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"daemon-failed"'))
      .map((line) => (JSON.parse(line) as { code: string }).code);
  const write = async (id: string) => {
    const pairs = [{ id: `${id}-value`, name: 'stonith-watchdog-timeout', value: '0' }];
    const entity = { kind: 'options', value: { id, rules: [], pairs } } as const;
    const change = { operations: [{ kind: 'put', entity }] } as const;
    await clientOf(n1).change({ change }, { timeoutMs: 10_000 });
  };
  const isOnline = async () => {
    const { nodes } = await clientOf(n1).status();
    return nodes.find(({ name }) => name === 'n3')?.state === 'online';
  };

  test('ends for good, and the others say why and go on without its vote', async () => {
    await until('the member', 30_000, isOnline);
    killMember(cluster.record, 'n3');
    await until('its end', 10_000, () => !isUp());
    cpSync(state(), backup(), { recursive: true });
    await until('the member again', 60_000, async () => isUp() && (await isOnline()));
    for (let count = 0; count < 5; count++) await write(`w${count}`);
    // What was promised is on the others' disks within two seconds.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    killMember(cluster.record, 'n3');
    await until('its end', 10_000, () => !isUp());
    rmSync(state(), { recursive: true, force: true });
    cpSync(backup(), state(), { recursive: true });
    await until('an end with a reason', 30_000, () => endings().includes('STORE_OUTDATED'));
    await until('an end of the next start', 30_000, () => endings().length > 1);
    expect(new Set(endings())).toEqual(new Set(['STORE_OUTDATED']));
    const { warnings, votes } = await clientOf(n1).status();
    expect(warnings.join()).toContain('The store of n3 is older than what it has promised');
    expect(votes.total).toBe(2);
    await write('after');
  }, 180_000);
});
