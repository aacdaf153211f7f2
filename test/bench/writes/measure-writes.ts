// How many configuration writes three real daemons take, and the processor time of each. No root, no peer. Usage:
//   node --conditions=source test/bench/writes/measure-writes.ts [--writes N] [--rounds N] [--clients 1,4]
//        [--profile DIR]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startDevCluster } from '../../../packages/cli/src/dev/dev-cluster.ts';
import { clientOf } from '../../../packages/cli/src/dev/dev-faults.ts';
import type { DevMember } from '../../../packages/cli/src/dev/dev-layout.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
/** Clock ticks of /proc/PID/stat. */
const TICKS_PER_SECOND = 100;

const { values: flags } = parseArgs({
  options: {
    writes: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    clients: { type: 'string', default: '1,4' },
    profile: { type: 'string' },
  },
});

/** One option, again and again, as the benchmark beside the peer does. */
function body(tag: string, value: number): string {
  const pairs = [{ id: `${tag}-v`, name: 'bench-value', value: `${value}` }];
  const entity = { kind: 'resource-defaults', value: { id: tag, rules: [], pairs } };
  return JSON.stringify({ change: { operations: [{ kind: 'put', entity }] }, origin: 'bench' });
}

function writeOnce(socketPath: string, agent: Agent, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const call = request(
      { socketPath, agent, method: 'POST', path: '/v1/configuration', headers },
      (answer) => {
        let read = '';
        answer.on('data', (piece) => {
          read += piece;
        });
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve();
          else reject(new Error(read.slice(0, 300)));
        });
      },
    );
    call.on('error', reject);
    call.end(text);
  });
}

/** Processor seconds of a process so far: user and system. */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function measure(leader: DevMember, pids: readonly number[], clients: number, writes: number) {
  const before = pids.map(processorSeconds);
  const beganMs = performance.now();
  const latenciesMs: number[] = [];
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let number = 0; number < writes / clients; number++) {
        const sentMs = performance.now();
        await writeOnce(leader.socket, agent, body(`w${client}`, number));
        latenciesMs.push(performance.now() - sentMs);
      }
      agent.destroy();
    }),
  );
  const seconds = (performance.now() - beganMs) / 1000;
  const spent = pids.map((pid, at) => processorSeconds(pid) - before[at]!);
  latenciesMs.sort((a, b) => a - b);
  const per = (value: number) => ((value / latenciesMs.length) * 1000).toFixed(2);
  console.log(
    `${clients} client(s): ${(latenciesMs.length / seconds).toFixed(0)}/s, median ${latenciesMs[latenciesMs.length >> 1]!.toFixed(1)} ms; ` +
      `CPU seconds per 1,000 writes: ${per(spent.reduce((a, b) => a + b))} (${spent.map(per).join(' + ')})`,
  );
}

const directory = mkdtempSync(join(tmpdir(), 'holdfast-writes-'));
if (flags.profile) process.env.NODE_OPTIONS = `--cpu-prof --cpu-prof-dir=${flags.profile}`;
const cluster = await startDevCluster({ root: ROOT, directory, httpPort: 18_180 });
try {
  const { members } = cluster.record;
  const { leader: name } = await clientOf(members[0]!).status();
  const leader = members.find((member) => member.name === name)!;
  const ordered = [leader, ...members.filter((member) => member !== leader)];
  const pids = ordered.map((member) => cluster.supervisor.pidOf(member.name)!);
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const clients of flags.clients.split(',').map(Number)) {
      await measure(leader, pids, clients, Number(flags.writes));
    }
  }
} finally {
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
}
