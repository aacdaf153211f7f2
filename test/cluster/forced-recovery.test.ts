import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HoldfastError } from '@holdfast/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf } from '../../packages/cli/src/dev/dev-faults.ts';
import type { DevMember } from '../../packages/cli/src/dev/dev-layout.ts';
import { signalProcess } from '../../packages/cli/src/dev/marked-processes.ts';
import { ROOT, startLoopbackCluster } from './loopback-cluster.ts';
import { until } from './namespaces/run-command.ts';

const REASON = 'the other two burned';
const EXIT_DATA = 65;

/** The command of the operator, as it is typed. */
function holdfast(member: DevMember, ...words: string[]) {
  const program = join(ROOT, 'packages/cli/dist/bundle/holdfast.mjs');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, ...words, '--socket', member.socket],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

async function write(member: DevMember, id: string): Promise<unknown> {
  const pairs = [{ id: `${id}-value`, name: 'stonith-watchdog-timeout', value: '0' }];
  const entity = { kind: 'options', value: { id, rules: [], pairs } } as const;
  const change = { operations: [{ kind: 'put', entity }] } as const;
  return clientOf(member).change({ change }, { timeoutMs: 10_000 });
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: HoldfastError) => error.code,
  );

describe('two of three members are lost for good (rule 10)', () => {
  let cluster: Awaited<ReturnType<typeof startLoopbackCluster>>;
  let n1: DevMember;
  let n2: DevMember;
  let n3: DevMember;

  beforeAll(async () => {
    cluster = await startLoopbackCluster({ restartDelayMs: 3_600_000 });
    [n1, n2, n3] = cluster.record.members as [DevMember, DevMember, DevMember];
  }, 60_000);
  afterAll(() => cluster?.stop(), 30_000);

  const recovery = () => ({ survivor: 'n1', operator: 'ann', reason: REASON });
  const lose = (member: DevMember) => {
    const pid = cluster.supervisor.pidOf(member.name);
    if (pid !== undefined) signalProcess(pid, 'SIGKILL');
  };
  const fatalsOf = (member: DevMember) =>
    readFileSync(member.logFile, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"daemon-failed"'))
      .map((line) => (JSON.parse(line) as { code: string }).code);

  test('a cluster with a majority is not recovered by force', async () => {
    await write(n1, 'before');
    expect(await codeOf(clientOf(n1).recover(recovery()))).toBe('RECOVERY_REFUSED');
  });

  test('the survivor goes on alone, with what it had, and says who decided that', async () => {
    lose(n2);
    lose(n3);
    await until('the loss of the majority', 20_000, async () => {
      const { leader, nodes } = await clientOf(n1).status();
      return leader === null && nodes.every(({ links }) => links.every(({ up }) => !up));
    });
    expect(await codeOf(write(n1, 'alone'))).toBe('NO_LEADER');
    expect(await codeOf(clientOf(n1).recover({ ...recovery(), survivor: 'n2' }))).toBe('RECOVERY_REFUSED');
    const words = ['cluster', 'recover', '--survivor', 'n1', '--reason', REASON];
    expect(holdfast(n1, ...words).stderr).toContain('--yes');
    const done = holdfast(n1, ...words, '--yes');
    expect(done.stderr).toBe('');
    expect(done.stdout).toContain('made n1 the only voter');
    await until('a leader', 20_000, async () => (await clientOf(n1).status()).leader === 'n1');
    await write(n1, 'after');
    const configuration = JSON.stringify(await clientOf(n1).configuration());
    expect(configuration).toContain('before-value');
    expect(configuration).toContain('after-value');
    const { cluster: shown, votes } = await clientOf(n1).status();
    expect(votes).toMatchObject({ total: 1, present: 1 });
    expect(shown.uuid).toMatch(/\+1$/);
    expect(shown.recovery).toMatchObject({ epoch: 1, survivor: 'n1', reason: REASON, barred: ['n2', 'n3'] });
    expect(holdfast(n1, 'status').stdout).toContain('Recovered by force from n1 alone');
  }, 90_000);

  test('a member that was left behind ends with an error that says what to do, and stays ended', async () => {
    for (const round of [1, 2]) {
      cluster.supervisor.start(n2);
      await until(
        `the end of n2, round ${round}`,
        30_000,
        () => fatalsOf(n2).length === round && cluster.supervisor.pidOf('n2') === undefined,
      );
    }
    expect(fatalsOf(n2)).toEqual(['MEMBER_BARRED', 'MEMBER_BARRED']);
    const run = spawnSync(join(ROOT, 'packages/daemon/dist/bundle/holdfastd'), ['--config', n2.configFile], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(run.status).toBe(EXIT_DATA);
    expect(run.stderr).toContain('holdfast cluster token');
    expect(JSON.stringify(await clientOf(n1).configuration())).toContain('after-value');
  }, 90_000);

  test('wiped and with a new token it is a member again, with a vote', async () => {
    rmSync(join(n2.directory, 'state'), { recursive: true, force: true });
    const reason = 'it was restarted';
    await clientOf(n1).confirmFenced({ node: 'n2', operator: 'ann', reason });
    cluster.supervisor.start(n2);
    await until('the daemon of n2', 20_000, () => clientOf(n2).daemon());
    const { token } = await clientOf(n1).token({ name: 'n2' });
    await clientOf(n2).join(token, { timeoutMs: 30_000 });
    await until('n2 with a vote', 30_000, async () => {
      // Its name had lives before: the daemon remembers that, ends once, and is started again by its supervisor.
      cluster.supervisor.start(n2);
      const { nodes } = await clientOf(n1).status();
      return nodes.some(({ name, state, voter }) => name === 'n2' && state === 'online' && voter);
    });
    await write(n2, 'together');
    expect((await clientOf(n2).status()).cluster.recovery?.epoch).toBe(1);
  }, 90_000);
});
