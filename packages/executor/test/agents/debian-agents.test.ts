/** Debian's resource agents, unmodified, run by the executor in a network namespace of their own. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAgentMetadata } from '@holdfast/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestExecutor } from './run-agents.ts';

const HEARTBEAT = '/usr/lib/ocf/resource.d/heartbeat';
const missing = [
  process.getuid?.() === 0 ? undefined : 'root',
  existsSync(HEARTBEAT) ? undefined : "Debian's resource-agents",
  existsSync('/usr/sbin/ip') || existsSync('/sbin/ip') ? undefined : 'the ip command',
].filter((each) => each !== undefined);
if (missing.length > 0) console.log(`skipped, as there is no ${missing.join(', no ')}: Debian's agents`);

/** Network namespace for the whole file. Agents enter it by wrappers that exec the unmodified agent inside. */
const NAMESPACE = `hf-exec-${process.pid}`;
let folder = '';
let host: TestExecutor;

function sh(command: string): string {
  return execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const inside = (command: string) => sh(`ip netns exec ${NAMESPACE} ${command}`);

describe.skipIf(missing.length > 0)("Debian's agents", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'debian-agents-'));
    sh(`ip netns add ${NAMESPACE}`);
    inside('ip link set lo up');
    inside('ip link add eth0 type veth peer name eth1');
    inside('ip link set eth0 up');
    inside('ip link set eth1 up');
    inside('ip addr add 10.9.0.1/24 dev eth0');
    mkdirSync(join(folder, 'ocf', 'netns'), { recursive: true });
    for (const name of ['IPaddr2', 'Filesystem', 'nginx', 'pgsql']) {
      const script = `#!/bin/sh\nexec ip netns exec ${NAMESPACE} ${HEARTBEAT}/${name} "$@"\n`;
      writeFileSync(join(folder, 'ocf', 'netns', name), script, { mode: 0o755 });
    }
    // Filesystem asks for modprobe before anything else; a container without kernel modules may lack it.
    mkdirSync(join(folder, 'bin'));
    if (!existsSync('/sbin/modprobe'))
      writeFileSync(join(folder, 'bin', 'modprobe'), '#!/bin/sh\n', { mode: 0o755 });
    const environment = { PATH: `${process.env.PATH}:/usr/sbin:/sbin:${join(folder, 'bin')}` };
    host = new TestExecutor({
      ocfFolders: [join(folder, 'ocf')],
      runFolder: join(folder, 'run'),
      environment,
    });
    await host.start();
  });

  afterAll(async () => {
    await host.stop();
    sh(`ip netns del ${NAMESPACE}`);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Start, monitor and stop, each twice, with the results an idempotent agent gives. */
  async function lifeCycle(
    agent: string,
    attributes: Record<string, string>,
    whileRunning: () => void | Promise<void>,
  ) {
    const run = async (operation: string, rcCode: number, intervalMs = 0) => {
      const result = await host.run(agent, operation, { attributes, intervalMs, timeoutMs: 30_000 });
      expect(result, `${agent} ${operation}: ${result.exitReason ?? ''}`).toMatchObject({
        rcCode,
        opStatus: 0,
      });
    };
    await run('monitor', 7);
    await run('start', 0);
    await run('monitor', 0, 10_000);
    await whileRunning();
    await run('start', 0);
    await run('stop', 0);
    await run('monitor', 7);
    await run('stop', 0);
  }

  test('Dummy', async () => {
    await lifeCycle('ocf:heartbeat:Dummy', {}, () => {});
    await lifeCycle('ocf:pacemaker:Dummy', {}, () => {});
  });

  test('Dummy describes itself', async () => {
    const { output = '' } = await host.run('ocf:heartbeat:Dummy', 'meta-data');
    const parsed = parseAgentMetadata(output);
    expect(parsed.ok && parsed.metadata.parameters.map((parameter) => parameter.name)).toEqual([
      'state',
      'fake',
    ]);
  });

  test('IPaddr2 puts an address on the interface and takes it off', async () => {
    await lifeCycle(
      'ocf:netns:IPaddr2',
      { ip: '10.9.0.50', cidr_netmask: '24', nic: 'eth0', arp_count: '1' },
      () => {
        expect(inside('ip -o addr show dev eth0')).toContain('10.9.0.50/24');
      },
    );
    expect(inside('ip -o addr show dev eth0')).not.toContain('10.9.0.50');
  });

  test('IPaddr2 with a wrong address tells why', async () => {
    const result = await host.run('ocf:netns:IPaddr2', 'start', { attributes: { ip: 'nonsense' } });
    expect(result.rcCode).not.toBe(0);
    expect(result.exitReason).toBeTruthy();
  });

  test.skipIf(!existsSync('/dev/loop-control') || !existsSync('/sbin/mkfs.ext4'))(
    'Filesystem mounts and unmounts, ending its users',
    async () => {
      const image = join(folder, 'image');
      const directory = join(folder, 'mount');
      mkdirSync(directory);
      sh(`truncate -s 16M ${image} && mkfs.ext4 -q ${image}`);
      const device = sh(`losetup --find --show ${image}`).trim();
      try {
        // A mount inside `ip netns exec` would be private to it, so this agent runs outside.
        await lifeCycle('ocf:heartbeat:Filesystem', { device, directory, fstype: 'ext4' }, () => {
          expect(sh('cat /proc/mounts')).toContain(directory);
          sh(`cd ${directory} && (sleep 60 >/dev/null 2>&1 &)`);
        });
        expect(sh('cat /proc/mounts')).not.toContain(directory);
      } finally {
        sh(`losetup -d ${device}`);
      }
    },
    60_000,
  );

  test.skipIf(!existsSync('/usr/sbin/nginx'))(
    'nginx serves a page',
    async () => {
      const configfile = join(folder, 'nginx.conf');
      writeFileSync(
        configfile,
        `user root;\npid ${folder}/nginx.pid;\nerror_log ${folder}/error.log;\nevents {}\nhttp { access_log off;
         server { listen 10.9.0.1:8088; location / { return 200 "served"; } } }\n`,
      );
      const attributes = {
        configfile,
        httpd: '/usr/sbin/nginx',
        port: '8088',
        status10url: 'http://10.9.0.1:8088/',
      };
      await lifeCycle('ocf:netns:nginx', attributes, () => {
        expect(inside('curl -s http://10.9.0.1:8088/')).toBe('served');
      });
    },
    60_000,
  );

  test.skipIf(!existsSync('/usr/lib/postgresql/15/bin/initdb'))(
    'pgsql answers queries',
    async () => {
      const pgdata = join(folder, 'pgdata');
      const bin = '/usr/lib/postgresql/15/bin';
      sh(`chmod 755 ${folder}; install -d -o postgres -m 700 ${pgdata}`);
      sh(`su postgres -s /bin/sh -c "cd / && ${bin}/initdb -D ${pgdata} -A trust --no-sync" >/dev/null`);
      const attributes = {
        pgctl: `${bin}/pg_ctl`,
        psql: '/usr/bin/psql',
        pgdata,
        pgport: '5499',
        pghost: '127.0.0.1',
        socketdir: pgdata,
        logfile: `${pgdata}/startup.log`,
        start_opt: `-p 5499 -h 127.0.0.1 -k ${pgdata}`,
      };
      await lifeCycle('ocf:netns:pgsql', attributes, () => {
        expect(inside('psql -h 127.0.0.1 -p 5499 -U postgres -Atc "select 40+2"')).toBe('42\n');
      });
    },
    90_000,
  );
});
