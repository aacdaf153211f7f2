import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './loopback-cluster.ts';
import { until } from './namespaces/run-command.ts';

describe('the archive of npm run package', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-machine-')));
  const home = join(folder, 'usr/lib/holdfast');
  const socket = join(folder, 'run/holdfast.sock');
  let daemon: ChildProcess | undefined;

  /** The command line as it is installed, without anything of this repository in its surroundings. */
  function holdfast(...args: string[]): string {
    const env = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', HOLDFAST_SOCKET: socket, HOME: folder };
    const result = spawnSync(join(folder, 'usr/bin/holdfast'), args, { cwd: '/', env, encoding: 'utf8' });
    if (result.status !== 0) throw new Error(`holdfast ${args.join(' ')}: ${result.stdout}${result.stderr}`);
    return result.stdout;
  }

  beforeAll(() => {
    const env = { ...process.env, NODE_OPTIONS: '' };
    execFileSync(process.execPath, [join(ROOT, 'scripts/run.mjs'), 'package'], {
      cwd: ROOT,
      env,
      stdio: 'pipe',
    });
    const archives = readdirSync(join(ROOT, 'dist')).filter((name) => name.endsWith('.tar.gz'));
    execFileSync('tar', ['-C', folder, '-xzf', join(ROOT, 'dist', archives[0] ?? '')]);
  }, 180_000);

  afterAll(() => {
    daemon?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('holds the unit, the group of the socket and licences', () => {
    const unit = readdirSync(join(folder, 'usr/lib/systemd/system'));
    expect([unit, readdirSync(join(folder, 'usr/lib/sysusers.d'))]).toEqual([
      ['holdfastd.service'],
      ['holdfast.conf'],
    ]);
    const licences = join(folder, 'usr/share/doc/holdfast/licenses');
    expect(readdirSync(licences)).toContain('@oclif__core');
    expect(readFileSync(join(licences, 'packages.txt'), 'utf8')).toMatch(/^libp2p \S+: Apache-2.0 OR MIT$/m);
  });

  test('runs a member and a service from where it was unpacked, with nothing else', async () => {
    mkdirSync(join(folder, 'run'), { recursive: true });
    const settings = {
      name: 'n1',
      links: ['127.0.7.77:17420'],
      stateDir: join(folder, 'state'),
      socket,
      agentDirs: [join(home, 'agents')],
    };
    writeFileSync(join(folder, 'holdfast.json'), JSON.stringify(settings));
    const args = ['--config', join(folder, 'holdfast.json')];
    daemon = spawn(join(home, 'bin/holdfastd'), args, {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      stdio: 'ignore',
    });
    await until('the daemon', 20_000, async () => holdfast('cluster', 'init', '--name', 'one') !== '');
    expect(readlinkSync(`/proc/${daemon.pid}/exe`)).toBe(join(home, 'node_modules/node/bin/node'));
    const command = ['params', 'command=exec sleep 1000'];
    const monitor = ['op', 'monitor', 'interval=5s'];
    holdfast('configure', 'primitive', 'sleeper', 'ocf:holdfast:service', ...command, ...monitor);
    await until('the service', 20_000, async () => {
      const { resources } = JSON.parse(holdfast('status', '--json'));
      if (resources[0]?.role === 'Started') return true;
      throw new Error(JSON.stringify(resources));
    });
    const ended = new Promise((resolve) => daemon?.once('exit', resolve));
    holdfast('cluster', 'stop', '--all');
    expect(await ended).toBe(0);
  }, 90_000);
});
