// Processor time that three real daemons take when nothing happens. No root, no peer. Usage:
//   node --conditions=source test/bench/idle/measure-idle.ts [--settle SECONDS] [--seconds N] [--dummies N]
//        [ROOT ...]
// Several roots (other built trees) run side by side in the same minutes: only so do figures compare on a
// machine on which other work runs.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type DevCluster, startDevCluster } from '../../../packages/cli/src/dev/dev-cluster.ts';
import { clientOf } from '../../../packages/cli/src/dev/dev-faults.ts';
import { loadConfiguration } from '../../../packages/cli/src/dev/load-configuration.ts';

const OWN_ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
/** Clock ticks of /proc/PID/stat. */
const TICKS_PER_SECOND = 100;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    settle: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '30' },
    dummies: { type: 'string', default: '0' },
  },
});

interface Running {
  readonly root: string;
  readonly cluster: DevCluster;
  readonly directory: string;
}

function readNumber(path: string, pattern: RegExp): number {
  try {
    return Number(pattern.exec(readFileSync(path, 'utf8'))?.[1] ?? 0);
  } catch {
    // The thread has ended.
    return 0;
  }
}

/** Of all threads: milliseconds they ran, and how often they were woken. */
function threadsOf(pid: number): { readonly ranMs: number; readonly wakes: number } {
  let ranMs = 0;
  let wakes = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    ranMs += readNumber(`${folder}/schedstat`, /^(\d+)/) / 1e6;
    wakes += readNumber(`${folder}/status`, /^voluntary_ctxt_switches:\s+(\d+)/m);
  }
  return { ranMs, wakes };
}

/** Milliseconds of the daemon's children (the spawner) and of the agents that have ended. */
function agentsMs(pid: number): number {
  let ticks = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ');
    for (const child of children.filter(Boolean)) {
      const fields = readFileSync(`/proc/${child}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    }
  }
  return (ticks / TICKS_PER_SECOND) * 1000;
}

function sample({ cluster }: Running) {
  return cluster.record.members.map(({ name }) => {
    const pid = cluster.supervisor.pidOf(name)!;
    return { name, ...threadsOf(pid), agentsMs: agentsMs(pid) };
  });
}

async function configure({ cluster }: Running): Promise<void> {
  const dummies = Array.from(
    { length: Number(flags.dummies) },
    (_, number) => `primitive d${number} ocf:pacemaker:Dummy op monitor interval=10s timeout=20s\n`,
  );
  const text = `property fencing-enabled=false node-action-limit=100\n${dummies.join('')}`;
  await loadConfiguration(clientOf(cluster.record.members[0]!), text, 'idle.crm');
}

async function waitSeconds(seconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

const running: Running[] = [];
try {
  for (const root of positionals.length > 0 ? positionals : [OWN_ROOT]) {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-idle-'));
    const cluster = await startDevCluster({ root, directory, httpPort: 18_280 + 10 * running.length });
    running.push({ root, cluster, directory });
  }
  for (const one of running) await configure(one);
  await waitSeconds(Number(flags.settle));
  const before = running.map(sample);
  const beganMs = performance.now();
  await waitSeconds(Number(flags.seconds));
  const after = running.map(sample);
  const minutes = (performance.now() - beganMs) / 60_000;
  for (const [at, { root }] of running.entries()) {
    const perMember = after[at]!.map(({ name, ...now }, member) => {
      const then = before[at]![member]!;
      const daemon = (now.ranMs - then.ranMs) / 1000 / minutes;
      const agents = (now.agentsMs - then.agentsMs) / 1000 / minutes;
      const wakes = (now.wakes - then.wakes) / 60 / minutes;
      return {
        total: daemon + agents,
        text: `${name} ${daemon.toFixed(2)} + ${agents.toFixed(2)}, ${wakes.toFixed(0)}/s`,
      };
    });
    const mean = perMember.reduce((sum, { total }) => sum + total, 0) / perMember.length;
    console.log(`${root}: ${mean.toFixed(2)} CPU seconds a minute and member`);
    console.log(`  daemon + spawner and agents, wake-ups: ${perMember.map(({ text }) => text).join('; ')}`);
  }
} finally {
  for (const { cluster, directory } of running) {
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
