import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BuiltAgents, isMissing, isRoot, sh } from './built-agents.ts';

const agents = new BuiltAgents();
const needs = { root: isRoot, PostgreSQL: existsSync('/usr/lib/postgresql') };

describe.skipIf(isMissing(needs, 'a database'))('a PostgreSQL database', () => {
  const pgdata = join(agents.folder, 'pgdata');
  const parameters = { pgdata, initdb: 'yes', port: '54329', listen: '' };
  const query = (text: string) =>
    sh(
      `setpriv --reuid=postgres --regid=postgres --clear-groups psql -h ${pgdata} -p 54329 -d postgres -Atqc "${text}"`,
    ).trim();

  beforeAll(() => agents.start());
  afterAll(async () => {
    await agents.run('database', 'stop', parameters);
    await agents.stop();
  });

  test('is made, answers queries, and keeps its data', async () => {
    await agents.lifeCycle('database', parameters, () => {
      query('create table t (v text)');
      query("insert into t values ('kept')");
    });
    await agents.expectCode('database', 'start', parameters, 0);
    expect(query('select v from t')).toBe('kept');
    await agents.expectCode('database', 'monitor', { ...parameters, OCF_CHECK_LEVEL: '10' }, 0);
    await agents.expectCode('database', 'stop', parameters, 0);
  }, 90_000);

  test('that was killed is cleaned up, and recovers at the next start', async () => {
    await agents.expectCode('database', 'start', parameters, 0);
    query("insert into t values ('before the crash')");
    sh(`kill -9 $(head -1 ${pgdata}/postmaster.pid)`);
    // Processes of it may live on for a moment, and would keep a new one from starting: a failure to recover from.
    expect([1, 7]).toContain((await agents.run('database', 'monitor', parameters)).rcCode);
    await agents.expectCode('database', 'stop', parameters, 0);
    await agents.expectCode('database', 'monitor', parameters, 7);
    await agents.expectCode('database', 'start', parameters, 0);
    expect(query('select count(*) from t')).toBe('2');
    await agents.expectCode('database', 'stop', parameters, 0);
  }, 90_000);

  test('whose data directory is gone has failed, and its stop ends it', async () => {
    await agents.expectCode('database', 'start', parameters, 0);
    sh(`mv ${pgdata} ${pgdata}.gone`);
    await agents.expectCode('database', 'monitor', parameters, 1);
    await agents.expectCode('database', 'stop', parameters, 0);
    await agents.expectCode('database', 'monitor', parameters, 7);
    sh(`mv ${pgdata}.gone ${pgdata}`);
    await agents.expectCode('database', 'monitor', parameters, 7);
  }, 90_000);

  test('that hangs is failed, and its stop ends it', async () => {
    await agents.expectCode('database', 'start', parameters, 0);
    sh(`kill -STOP $(head -1 ${pgdata}/postmaster.pid)`);
    const result = await agents.expectCode('database', 'monitor', parameters, 1);
    expect(result.exitReason).toMatch(/does not accept connections/);
    expect((await agents.run('database', 'stop', parameters, { timeoutMs: 20_000 })).rcCode).toBe(0);
    await agents.expectCode('database', 'monitor', parameters, 7);
  }, 90_000);

  test('on a data directory that is not there is refused, not made', async () => {
    const missing = { ...parameters, initdb: 'no', pgdata: join(agents.folder, 'not-mounted') };
    const result = await agents.expectCode('database', 'start', missing, 2);
    expect(result.exitReason).toContain('is not a PostgreSQL data directory');
    await agents.expectCode('database', 'monitor', missing, 7);
    await agents.expectCode('database', 'start', { ...missing, bindir: '/nowhere' }, 5);
    rmSync(join(agents.folder, 'not-mounted'), { recursive: true, force: true });
  });
});
