import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT, HoldfastError } from '@holdfast/model';
import { type DevClusterOptions, startDevCluster } from './dev-cluster.ts';
import { cutMember, failResource, healMember, killMember, pauseMember, resumeMember } from './dev-faults.ts';
import { type DevClusterRecord, defaultDevDirectory, readDevRecord } from './dev-layout.ts';
import { showLiveStatus } from './live-status.ts';
import { signalProcess } from './marked-processes.ts';
import { runTour } from './tour.ts';

const USAGE = `usage: holdfast dev [start]        boot the example cluster here and show it live
       holdfast dev tour           show and measure one failover, then stop
       holdfast dev kill NODE      kill the daemon of a node (SIGKILL)
       holdfast dev pause NODE     freeze it (SIGSTOP);  resume NODE ends that
       holdfast dev cut NODE       cut its network;      heal NODE ends that
       holdfast dev fail RESOURCE  kill the processes of a resource
       holdfast dev status         show the cluster until Ctrl-C
       holdfast dev stop           stop the cluster
options: --dir DIR  --example DIR  --nodes N  --port PORT`;

type Say = (line: string) => void;

/** The `dev` commands. Returns the exit code. @throws HoldfastError */
export async function runDev(args: readonly string[], say: Say): Promise<number> {
  const { words, options } = readArguments(args);
  const [command = 'start', subject = ''] = words;
  const directory = resolve(options.get('dir') ?? defaultDevDirectory(process.cwd()));
  switch (command) {
    case 'start':
      return start(clusterOptions(directory, options), say);
    case 'tour': {
      const result = await runTour(clusterOptions(directory, options), say);
      return result.violations.length === 0 ? EXIT.ok : EXIT.unsafe;
    }
    case 'status':
      await showLiveStatus(readDevRecord(directory).members, say, abortOnInterrupt());
      return EXIT.ok;
    case 'stop':
      signalProcess(readDevRecord(directory).supervisorPid, 'SIGTERM');
      return EXIT.ok;
    default:
      return breakSomething(command, subject, readDevRecord(directory), say);
  }
}

async function start(options: DevClusterOptions, say: Say): Promise<number> {
  const interrupted = abortOnInterrupt();
  say('Booting three members as three real daemons on loopback addresses.');
  const cluster = await startDevCluster({ ...options, progress: say, signal: interrupted });
  const names = cluster.record.members.map((member) => member.name);
  say(`
The cluster is up. The service will be at http://${cluster.record.endpoint}/
Break something from a second terminal, in this folder, and watch it here:
  npx holdfast dev kill ${names[0]}       kill a daemon      npx holdfast dev pause ${names[0]}    freeze it (resume)
  npx holdfast dev cut ${names[1]}        cut its network (heal)
  npx holdfast dev fail web      kill the service
Everything is in ${options.directory}. Ctrl-C stops it all.
`);
  await showLiveStatus(cluster.record.members, say, interrupted);
  say('Stopping.');
  await cluster.stop();
  return EXIT.ok;
}

async function breakSomething(
  command: string,
  subject: string,
  record: DevClusterRecord,
  say: Say,
): Promise<number> {
  const faults: Readonly<Record<string, () => unknown>> = {
    kill: () => killMember(record, subject),
    pause: () => pauseMember(record, subject),
    resume: () => resumeMember(record, subject),
    cut: () => cutMember(record, subject),
    heal: () => healMember(record, subject),
    fail: () => failResource(record, subject),
  };
  const fault = faults[command];
  if (!fault || subject === '') {
    say(USAGE);
    return EXIT.usage;
  }
  await fault();
  say(`${command} ${subject}: done`);
  return EXIT.ok;
}

function clusterOptions(directory: string, options: ReadonlyMap<string, string>): DevClusterOptions {
  const root = installationRoot();
  return {
    directory,
    root,
    example: resolve(options.get('example') ?? join(root, 'examples/first-cluster')),
    nodes: Number(options.get('nodes') ?? 3),
    httpPort: Number(options.get('port') ?? 8080),
  };
}

/** The folder that holds `packages` and `examples`, found from this file upwards. */
function installationRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'examples/first-cluster'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'folder', id: 'examples/first-cluster' });
    folder = parent;
  }
  return folder;
}

function readArguments(args: readonly string[]): { words: string[]; options: Map<string, string> } {
  const words: string[] = [];
  const options = new Map<string, string>();
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (!arg.startsWith('--')) words.push(arg);
    else {
      const [name = '', value] = arg.slice(2).split('=', 2);
      if (value !== undefined) options.set(name, value);
      else {
        index += 1;
        options.set(name, args[index] ?? '');
      }
    }
  }
  return { words, options };
}

function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => controller.abort());
  return controller.signal;
}
