import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogRecord } from '@holdfast/ports';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SpawnReport } from '../../src/spawner/spawn-protocol.ts';
import { type ProgramRun, SpawnerClient } from '../../src/spawner/spawner-client.ts';

const BASE: ProgramRun = {
  file: '/bin/sh',
  args: [],
  env: {},
  timeoutMs: 10_000,
  graceMs: 300,
  killWaitMs: 2000,
  maxOutputBytes: 65_536,
};

let folder = '';
let client: SpawnerClient;
let log: LogRecord[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spawner-'));
  log = [];
  client = new SpawnerClient({
    baseEnvironment: { PATH: process.env.PATH ?? '/bin:/usr/bin', BASE: 'yes' },
    logger: { log: (record) => void log.push(record) },
  });
  client.start();
});

afterEach(async () => {
  await client.stop();
  rmSync(folder, { recursive: true, force: true });
});

function sh(script: string, more: Partial<ProgramRun> = {}): Promise<SpawnReport> {
  return new Promise((resolve) => {
    client.run({ ...BASE, args: ['-c', script], ...more }, resolve);
  });
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function pidFrom(name: string): Promise<number> {
  const path = join(folder, name);
  await expect
    .poll(() => existsSync(path) && readFileSync(path, 'utf8').trim() !== '', { timeout: 5000 })
    .toBe(true);
  return Number(readFileSync(path, 'utf8'));
}

describe('a program that ends by itself', () => {
  test('is reported with exit code, both outputs, environment and the last exit reason', async () => {
    const report = await sh(
      'echo "$BASE $MORE"; echo ocf-exit-reason:first >&2; echo ocf-exit-reason:no disk >&2; exit 6',
      {
        env: { MORE: 'more' },
      },
    );
    expect(report).toMatchObject({ code: 6, stdout: 'yes more\n', exitReason: 'no disk' });
    expect(report.timedOut).toBeUndefined();
  });

  test('gets its standard input', async () => {
    const report = await sh('cat', { input: 'action=off\nplug=n1\n' });
    expect(report.stdout).toBe('action=off\nplug=n1\n');
  });

  test('that does not read its input is not an error', async () => {
    const report = await sh('exit 0', { input: 'x'.repeat(1_000_000) });
    expect(report.code).toBe(0);
  });

  test('with 10 MB of output is reported with the beginning, the end and the exit reason from the middle', async () => {
    const report = await sh(
      'echo BEGIN; head -c 5000000 /dev/zero | tr "\\0" a; echo; ' +
        'echo BEGIN >&2; head -c 5000000 /dev/zero | tr "\\0" b >&2; echo >&2; echo ocf-exit-reason:middle >&2; ' +
        'head -c 5000000 /dev/zero | tr "\\0" c >&2; echo END >&2; exit 1',
    );
    expect(report.code).toBe(1);
    expect(report.stderr.length).toBeLessThan(66_000);
    expect(report.stderr).toMatch(/^BEGIN\nb+/);
    expect(report.stderr).toMatch(/bytes not kept/);
    expect(report.stderr).toMatch(/END\n$/);
    expect(report.exitReason).toBe('middle');
    expect(report.stdout.length).toBeLessThan(66_000);
  });

  test('by a signal is reported with the signal', async () => {
    expect(await sh('kill -SEGV $$')).toMatchObject({ signal: 'SIGSEGV' });
  });

  test('and cannot be found is reported with the error', async () => {
    expect(await sh('', { file: '/nowhere/agent' })).toMatchObject({ error: 'ENOENT' });
    writeFileSync(join(folder, 'plain'), 'no program', { mode: 0o644 });
    expect(await sh('', { file: join(folder, 'plain') })).toMatchObject({ error: 'EACCES' });
  });

  test('and leaves a service that holds its output is reported at once, the service lives', async () => {
    const report = await sh(`sleep 30 & echo $! > ${folder}/service`);
    const service = await pidFrom('service');
    expect(report.code).toBe(0);
    expect(report.execTimeMs).toBeLessThan(2000);
    expect(isAlive(service)).toBe(true);
    process.kill(service, 'SIGKILL');
  });
});

describe('a program that takes too long', () => {
  test('is ended by TERM when it obeys', async () => {
    const report = await sh('exec sleep 30', { timeoutMs: 200 });
    expect(report).toMatchObject({ timedOut: true, signal: 'SIGTERM' });
    expect(report.killed).toBeUndefined();
  });

  test('is killed with its child in another process group although both ignore TERM', async () => {
    const child = `trap '' TERM; echo \\$\\$ > ${folder}/child; while :; do sleep 0.1; done`;
    const report = await sh(`trap "" TERM; setsid sh -c "${child}" & while :; do sleep 0.1; done`, {
      timeoutMs: 500,
    });
    const pid = await pidFrom('child');
    expect(report).toMatchObject({ timedOut: true, killed: true, signal: 'SIGKILL' });
    expect(report.unknown).toBeUndefined();
    expect(isAlive(pid)).toBe(false);
  });

  test('is killed when it obeys TERM but its child in another process group does not', async () => {
    const child = `trap '' TERM; echo \\$\\$ > ${folder}/child; while :; do sleep 0.1; done`;
    const report = await sh(`setsid sh -c "${child}" & sleep 30`, { timeoutMs: 500 });
    const pid = await pidFrom('child');
    expect(report).toMatchObject({ timedOut: true, killed: true });
    expect(isAlive(pid)).toBe(false);
  });

  test('is killed when it is stopped', async () => {
    const report = await sh('kill -STOP $$; sleep 30', { timeoutMs: 300 });
    expect(report.timedOut).toBe(true);
    expect(report.unknown).toBeUndefined();
  });

  test('does not take a service of an earlier operation with it', async () => {
    await sh(`setsid sleep 30 >/dev/null 2>&1 & echo $! > ${folder}/service`);
    const service = await pidFrom('service');
    await sh('sleep 30', { timeoutMs: 200 });
    expect(isAlive(service)).toBe(true);
    process.kill(service, 'SIGKILL');
  });

  test('can be cancelled before', async () => {
    await sh('true');
    const done = new Promise<SpawnReport>((resolve) => {
      const id = client.run({ ...BASE, args: ['-c', 'exec sleep 30'] }, resolve);
      setTimeout(() => client.cancel(id), 200);
    });
    expect(await done).toMatchObject({ cancelled: true, signal: 'SIGTERM' });
  });
});

describe('the spawner', () => {
  test('that is killed ends its operations, reports them as unknown, and is started anew', async () => {
    const first = client.pid!;
    const hanging = sh(`echo $$ > ${folder}/agent; exec sleep 30`);
    const agent = await pidFrom('agent');
    await new Promise((resolve) => setTimeout(resolve, 600));
    process.kill(first, 'SIGKILL');
    const report = await hanging;
    expect(report).toMatchObject({ unknown: true, error: 'SPAWNER_LOST' });
    expect(isAlive(agent)).toBe(false);
    expect(client.pid).not.toBe(first);
    expect((await sh('exit 7')).code).toBe(7);
    expect(log.map((record) => record.event)).toContain('spawner-lost');
  });

  test('that cannot be started fails the runs that wait for it in time, and serves them when it can', async () => {
    const broken = join(folder, 'spawner-main.ts');
    writeFileSync(broken, 'process.exit(1);');
    const failing = new SpawnerClient({
      baseEnvironment: { PATH: process.env.PATH ?? '/bin:/usr/bin' },
      logger: { log: () => {} },
      spawnerPath: broken,
      overdueMarginMs: 0,
    });
    failing.start();
    const begin = (timeoutMs: number) =>
      new Promise<SpawnReport>((resolve) =>
        failing.run({ ...BASE, args: ['-c', 'exit 4'], timeoutMs, graceMs: 0, killWaitMs: 0 }, resolve),
      );
    const soon = begin(500);
    const later = begin(20_000);
    expect(await soon).toMatchObject({ error: 'SPAWNER_LOST' });
    expect((await soon).unknown).toBeUndefined();
    const real = new URL('../../src/spawner/spawner-main.ts', import.meta.url).pathname;
    writeFileSync(broken, `await import('${real}');`);
    expect(await later).toMatchObject({ code: 4 });
    await failing.stop();
  });

  test('is not given a request that is too large', async () => {
    expect(await sh('true', { env: { BIG: 'x'.repeat(3_000_000) } })).toMatchObject({ error: 'E2BIG' });
    expect(await sh('true', { env: { BIG: 'x'.repeat(1_000_000) } })).toMatchObject({ error: 'E2BIG' });
    expect((await sh('exit 3')).code).toBe(3);
  });

  test('that hangs is killed and started anew, and what it should have ended is ended', async () => {
    const impatient = new SpawnerClient({
      baseEnvironment: { PATH: process.env.PATH ?? '/bin:/usr/bin' },
      logger: { log: () => {} },
      overdueMarginMs: 500,
    });
    impatient.start();
    const run = {
      ...BASE,
      args: ['-c', `echo $$ > ${folder}/agent; exec sleep 30`],
      timeoutMs: 600,
      killWaitMs: 100,
    };
    const done = new Promise<SpawnReport>((resolve) => impatient.run(run, resolve));
    const agent = await pidFrom('agent');
    const hung = impatient.pid!;
    process.kill(hung, 'SIGSTOP');
    expect(await done).toMatchObject({ unknown: true, error: 'SPAWNER_LOST' });
    expect(isAlive(agent)).toBe(false);
    expect(impatient.pid).not.toBe(hung);
    await impatient.stop();
  });

  test('kills operations in flight when the daemon is killed, but not the services', async () => {
    const script = new URL('./daemon-with-spawner.ts', import.meta.url).pathname;
    const daemon = spawn(process.execPath, ['--conditions=source', script, folder], { stdio: 'ignore' });
    const service = await pidFrom('service');
    const agent = await pidFrom('agent');
    expect(isAlive(agent)).toBe(true);
    daemon.kill('SIGKILL');
    await expect.poll(() => isAlive(agent), { timeout: 5000 }).toBe(false);
    const spawner = Number(readFileSync(join(folder, 'spawner'), 'utf8'));
    await expect.poll(() => isAlive(spawner), { timeout: 5000 }).toBe(false);
    expect(isAlive(service)).toBe(true);
    process.kill(service, 'SIGKILL');
  });

  // A start in progress would go on, and end after the next daemon's probe.
  test('ends what a spawner that was killed with its daemon left in flight, and no service', async () => {
    const script = new URL('./daemon-with-spawner.ts', import.meta.url).pathname;
    const daemon = spawn(process.execPath, ['--conditions=source', script, folder], { stdio: 'ignore' });
    const service = await pidFrom('service');
    const agent = await pidFrom('agent');
    daemon.kill('SIGSTOP');
    process.kill(Number(readFileSync(join(folder, 'spawner'), 'utf8')), 'SIGKILL');
    daemon.kill('SIGKILL');
    expect(isAlive(agent)).toBe(true);
    const next = new SpawnerClient({
      baseEnvironment: {},
      logger: { log: (record) => void log.push(record) },
      notesFolder: join(folder, 'notes'),
    });
    next.start();
    await new Promise<SpawnReport>((resolve) => {
      next.run({ ...BASE, args: ['-c', 'exit 0'] }, resolve);
    });
    expect(isAlive(agent)).toBe(false);
    expect(isAlive(service)).toBe(true);
    await next.stop();
    expect(readdirSync(join(folder, 'notes'))).toEqual([]);
    process.kill(service, 'SIGKILL');
  });

  test('ends what a spawner that was killed could not yet note the process of', async () => {
    const notesFolder = join(folder, 'notes');
    mkdirSync(notesFolder);
    writeFileSync(join(notesFolder, 'm1'), '');
    const env = { PATH: '/bin:/usr/bin', HOLDFAST_OPERATION: 'm1' };
    const agent = spawn('sleep', ['30'], { detached: true, stdio: 'ignore', env });
    const ended = new Promise((resolve) => agent.once('exit', resolve));
    const next = new SpawnerClient({ baseEnvironment: {}, logger: { log: () => undefined }, notesFolder });
    next.start();
    await new Promise<SpawnReport>((resolve) => next.run({ ...BASE, args: ['-c', 'exit 0'] }, resolve));
    await ended;
    expect(agent.signalCode).toBe('SIGKILL');
    await next.stop();
    expect(readdirSync(notesFolder)).toEqual([]);
  });

  test('keeps time while the daemon is stopped', async () => {
    const script = new URL('./daemon-with-spawner.ts', import.meta.url).pathname;
    const daemon = spawn(process.execPath, ['--conditions=source', script, folder, '1500'], {
      stdio: 'ignore',
    });
    const service = await pidFrom('service');
    const agent = await pidFrom('agent');
    daemon.kill('SIGSTOP');
    await expect.poll(() => isAlive(agent), { timeout: 6000 }).toBe(false);
    daemon.kill('SIGKILL');
    process.kill(service, 'SIGKILL');
  });

  test('runs 200 programs at once and loses none', async () => {
    const reports = await Promise.all(Array.from({ length: 200 }, (_, index) => sh(`exit ${index % 100}`)));
    expect(reports.map((report) => report.code)).toEqual(
      Array.from({ length: 200 }, (_, index) => index % 100),
    );
  });

  test('takes little memory', async () => {
    await sh('exit 0');
    const rollup = execFileSync('cat', [`/proc/${client.pid}/smaps_rollup`], { encoding: 'utf8' });
    const privateKb = Number(/^Private_Dirty:\s+(\d+)/m.exec(rollup)![1]);
    // From sources it carries the type stripper; the built one has about 10 MiB.
    expect(privateKb).toBeLessThan(40_000);
  });
});
