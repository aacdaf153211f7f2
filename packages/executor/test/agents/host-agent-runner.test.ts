import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TestExecutor } from './run-agents.ts';

let folder = '';
let host: TestExecutor;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agents-'));
  mkdirSync(join(folder, 'ocf', 'test'), { recursive: true });
  host = new TestExecutor({
    ocfFolders: [join(folder, 'ocf')],
    runFolder: join(folder, 'run'),
    environment: { HOLDFAST_DEV_NODE: 'n1' },
    graceMs: 200,
    systemctl: null,
  });
  await host.start();
});

afterEach(async () => {
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

function agent(name: string, script: string, mode = 0o755): void {
  const path = join(folder, 'ocf', 'test', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, mode);
}

describe('the environment of an OCF agent', () => {
  test('is complete', async () => {
    agent('env', `env > ${folder}/env; exit 0`);
    await host.run('ocf:test:env', 'monitor', {
      intervalMs: 10_000,
      attributes: {
        ip: '10.0.0.1',
        'with-dash': 'kept',
        OCF_CHECK_LEVEL: '10',
        crm_feature_set: '3.16.2',
        CRM_meta_on_node: 'n1',
        'CRM_meta_clone-max': '2',
        CRM_meta_notify_start_uname: 'n1 n2',
        trace_ra: '0',
      },
    });
    const env = Object.fromEntries(
      readFileSync(join(folder, 'env'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    expect(env).toMatchObject({
      OCF_ROOT: '/usr/lib/ocf',
      OCF_RA_VERSION_MAJOR: '1',
      OCF_RA_VERSION_MINOR: '1',
      OCF_RESOURCE_INSTANCE: 'test-resource',
      OCF_RESOURCE_TYPE: 'env',
      OCF_RESOURCE_PROVIDER: 'test',
      OCF_CHECK_LEVEL: '10',
      OCF_RESKEY_ip: '10.0.0.1',
      OCF_RESKEY_CRM_meta_name: 'monitor',
      OCF_RESKEY_CRM_meta_interval: '10000',
      OCF_RESKEY_CRM_meta_timeout: '20000',
      OCF_RESKEY_CRM_meta_on_node: 'n1',
      OCF_RESKEY_CRM_meta_clone_max: '2',
      OCF_RESKEY_CRM_meta_notify_start_uname: 'n1 n2',
      OCF_RESKEY_crm_feature_set: '3.20.5',
      OCF_TRACE_RA: '0',
      HA_RSCTMP: join(folder, 'run'),
      HA_LOGFACILITY: 'none',
      PCMK_service: 'holdfast-executor',
      LC_ALL: 'C',
      HOLDFAST_DEV_NODE: 'n1',
    });
    expect(env.OCF_RESKEY_OCF_CHECK_LEVEL).toBeUndefined();
    expect(env.HOLDFAST_OPERATION).toMatch(/^[0-9a-f]+-\d+$/);
    expect(env.PATH).toContain('/usr/sbin');
  });

  test('gives each operation a mark of its own', async () => {
    agent('mark', `echo $HOLDFAST_OPERATION >> ${folder}/marks`);
    await host.run('ocf:test:mark', 'start');
    await host.run('ocf:test:mark', 'stop');
    const marks = readFileSync(join(folder, 'marks'), 'utf8').trim().split('\n');
    expect(new Set(marks).size).toBe(2);
  });
});

describe('a result', () => {
  test('carries exit code, exit reason and times', async () => {
    agent('fail', 'echo ocf-exit-reason:no such disk >&2; sleep 0.1; exit 5');
    const result = await host.run('ocf:test:fail', 'start');
    expect(result).toMatchObject({ rcCode: 5, opStatus: 0, exitReason: 'no such disk' });
    expect(result.execTimeMs).toBeGreaterThanOrEqual(100);
    expect(result.output).toBeUndefined();
  });

  test('of a timeout is status 2 and says what happened', async () => {
    agent('hang', 'trap "" TERM; while :; do sleep 0.1; done');
    const result = await host.run('ocf:test:hang', 'stop', { timeoutMs: 300 });
    expect(result).toMatchObject({
      rcCode: 1,
      opStatus: 2,
      exitReason: 'stop did not finish within 300 ms; it was killed',
    });
    expect(result.unknown).toBeUndefined();
  });

  test('of an agent ended by a signal is an error', async () => {
    agent('crash', 'kill -SEGV $$');
    const result = await host.run('ocf:test:crash', 'monitor');
    expect(result).toMatchObject({ rcCode: 1, opStatus: 4, exitReason: 'the agent was ended by SIGSEGV' });
  });

  test('of a missing, not executable or broken agent is "not installed"', async () => {
    agent('plain', 'exit 0', 0o644);
    writeFileSync(join(folder, 'ocf', 'test', 'broken'), '#!/no/such/interpreter\n', { mode: 0o755 });
    for (const name of ['missing', 'plain', 'broken', '../../../../bin/true']) {
      expect(await host.run(`ocf:test:${name}`, 'monitor'), name).toMatchObject({ rcCode: 5, opStatus: 7 });
    }
  });

  test('of meta-data carries the output', async () => {
    agent('about', 'echo "<resource-agent/>"');
    expect((await host.run('ocf:test:about', 'meta-data')).output).toBe('<resource-agent/>\n');
  });

  test('of a cancelled run is status 1, whether it waits or runs', async () => {
    agent('slow', 'sleep 20');
    const first = host.begin('ocf:test:slow', 'monitor', { intervalMs: 1000 });
    const second = host.begin('ocf:test:slow', 'monitor', { intervalMs: 1000 });
    host.executor.agentRunner.cancel(second.runId);
    expect(await second.result).toMatchObject({ opStatus: 1 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    host.executor.agentRunner.cancel(first.runId);
    expect(await first.result).toMatchObject({ opStatus: 1 });
  });

  test('comes for every run in flight or waiting when the runner stops', async () => {
    agent('slow', 'sleep 20');
    const runs = Array.from({ length: 40 }, (_, index) =>
      host.begin('ocf:test:slow', 'start', { resource: `r${index}` }),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    await host.stop();
    const results = await Promise.all(runs.map((run) => run.result));
    expect(results.every((result) => result.opStatus === 1)).toBe(true);
    host = new TestExecutor();
    await host.start();
  });
});

describe('runs of one resource', () => {
  test('go one after the other, those of others beside them', async () => {
    agent(
      'note',
      `echo "$OCF_RESOURCE_INSTANCE $1 begin" >> ${folder}/note; sleep 0.2; echo "$OCF_RESOURCE_INSTANCE $1 end" >> ${folder}/note`,
    );
    const results = await Promise.all([
      host.run('ocf:test:note', 'start', { resource: 'a' }),
      host.run('ocf:test:note', 'stop', { resource: 'a' }),
      host.run('ocf:test:note', 'start', { resource: 'b' }),
    ]);
    const lines = readFileSync(join(folder, 'note'), 'utf8').trim().split('\n');
    const ofA = lines.filter((line) => line.startsWith('a'));
    expect(ofA).toEqual(['a start begin', 'a start end', 'a stop begin', 'a stop end']);
    expect(lines.indexOf('b start begin')).toBeLessThan(lines.indexOf('a start end'));
    expect(results[1]!.queueTimeMs).toBeGreaterThanOrEqual(150);
    expect(results[0]!.queueTimeMs).toBeLessThan(100);
  });
});

describe('other classes', () => {
  test('systemd without systemd is "not installed"', async () => {
    expect(await host.run('systemd:nginx', 'start')).toMatchObject({ rcCode: 5, opStatus: 7 });
    expect(await host.run('service:no-such-thing', 'monitor')).toMatchObject({ rcCode: 5 });
    expect(await host.run('upstart:nginx', 'start')).toMatchObject({ rcCode: 5 });
  });

  test('systemd goes through systemctl and reads the state of the unit', async () => {
    const systemctl = join(folder, 'systemctl');
    writeFileSync(
      systemctl,
      `#!/bin/sh
state=${folder}/state
case "$1" in
  start) [ "$3" = web.service ] || exit 5; echo active > $state;;
  stop) echo inactive > $state;;
  show) for unit; do :; done
        [ "$unit" = web.service ] && load=loaded || load=not-found
        echo "LoadState=$load"; echo "ActiveState=$(cat $state 2>/dev/null || echo inactive)";;
esac
`,
      { mode: 0o755 },
    );
    const systemd = new TestExecutor({ systemctl });
    await systemd.start();
    expect((await systemd.run('systemd:web', 'monitor')).rcCode).toBe(7);
    expect((await systemd.run('systemd:web', 'start')).rcCode).toBe(0);
    expect((await systemd.run('systemd:web', 'monitor')).rcCode).toBe(0);
    writeFileSync(join(folder, 'state'), 'failed');
    expect((await systemd.run('systemd:web.service', 'monitor')).rcCode).toBe(7);
    writeFileSync(join(folder, 'state'), 'activating\nSubState=auto-restart');
    expect((await systemd.run('systemd:web', 'monitor')).rcCode).toBe(1);
    writeFileSync(join(folder, 'state'), 'activating\nSubState=start');
    expect((await systemd.run('systemd:web', 'monitor')).rcCode).toBe(0);
    // Its file was removed while it ran.
    expect((await systemd.run('systemd:other', 'monitor')).rcCode).toBe(0);
    writeFileSync(join(folder, 'state'), 'inactive');
    expect((await systemd.run('systemd:other', 'monitor')).rcCode).toBe(5);
    expect((await systemd.run('systemd:other', 'start')).rcCode).toBe(5);
    expect((await systemd.run('systemd:web', 'promote')).rcCode).toBe(3);
    await systemd.stop();
  });

  test.skipIf(!existsSync('/etc/init.d/cron') && !existsSync('/etc/init.d/nginx'))(
    'lsb reads the status codes of the standard base',
    async () => {
      const name = existsSync('/etc/init.d/nginx') ? 'nginx' : 'cron';
      expect((await host.run(`lsb:${name}`, 'monitor')).rcCode).toBe(7);
      expect((await host.run(`service:${name}`, 'monitor')).rcCode).toBe(7);
      expect((await host.run(`lsb:${name}`, 'promote')).rcCode).toBe(3);
    },
  );
});
