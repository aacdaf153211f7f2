import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AgentError,
  defineFenceAgent,
  type FenceContext,
  findByEnvironment,
  findProcess,
  listProcesses,
  parameter,
} from '@holdfast/agent-sdk';

const PARAMETERS = {
  directory: parameter.string({
    text: 'Folder of the development cluster',
    longText: 'Holds one folder per node, named as the node.',
    required: true,
  }),
  marker: parameter.string({
    text: 'Value of HOLDFAST_DEV_NODE',
    longText:
      'What the environment of the daemon and of everything it started holds in HOLDFAST_DEV_NODE; %n is replaced by ' +
      'the name of the node. It has to differ between development clusters of one host.',
    default: '%n',
  }),
  pid_file: parameter.string({
    text: 'PID file of the daemon',
    longText: 'Relative to the folder of the cluster; %n is replaced by the name of the node.',
    default: '%n/state/holdfastd.pid',
  }),
  agent_state: parameter.string({
    text: 'Run folder of the agents',
    longText:
      'Relative to the folder of the cluster; %n is replaced. PID files in it lead to further processes; after the kill ' +
      'it is emptied but for logs, as /run of a machine would be.',
    default: '%n/state/agents',
  }),
};

type Context = FenceContext<typeof PARAMETERS>;

const MARK = 'HOLDFAST_DEV_NODE';
const TIMEOUT_MS = 15_000;
const POLL_MS = 20;
/** Scans in a row that must find nothing: one alone could miss a process between its fork and its first instruction. */
const EMPTY_SCANS = 3;

/** Switches a development node off by killing its daemon and everything that daemon ever started. */
export const fenceDev = defineFenceAgent({
  name: 'fence_dev',
  shortText: 'Fence agent for development clusters',
  longText:
    'The nodes of a development cluster are daemons of one host. Off kills a daemon and everything it started, found ' +
    'by the mark in their environment, their parents, their sessions and PID files, and succeeds only when nothing ' +
    'of it lives. It writes off or on to the file "power" in the folder of the node, for whoever starts the daemons.',
  parameters: PARAMETERS,

  async off(context, node) {
    requireNode(context, node);
    if (process.env[MARK] === fill(context.parameters.marker, node)) {
      throw new AgentError(`${node} cannot prove its own death`);
    }
    writeFileSync(join(nodeFolder(context, node), 'power'), 'off\n');
    const endMs = performance.now() + TIMEOUT_MS;
    for (let empty = 0; empty < EMPTY_SCANS; ) {
      const living = processesOf(context, node);
      empty = living.size === 0 ? empty + 1 : 0;
      // Stopped ones cannot start others while the rest is being killed.
      for (const signal of ['SIGSTOP', 'SIGKILL'] as const) send(living, signal);
      if (performance.now() > endMs)
        throw new AgentError(`of ${node} there still live: ${[...living].join(' ')}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    forgetState(join(context.parameters.directory, fill(context.parameters.agent_state, node)));
  },

  async on(context, node) {
    requireNode(context, node);
    writeFileSync(join(nodeFolder(context, node), 'power'), 'on\n');
  },

  async status(context, node) {
    requireNode(context, node);
    return processesOf(context, node).size === 0 ? 'off' : 'on';
  },

  async monitor(context) {
    const { directory } = context.parameters;
    if (!existsSync(directory)) throw new AgentError(`${directory} does not exist`);
    // Without a way to see all processes, off could never be proven.
    if (findProcess(process.pid) === undefined)
      throw new AgentError('processes of this host cannot be listed');
  },

  async list(context) {
    const { directory, pid_file } = context.parameters;
    const depth = pid_file.split('/').indexOf('%n');
    const all = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return depth === 0 ? all.map((entry) => entry.name).sort() : [];
  },
});

function fill(pattern: string, node: string): string {
  return pattern.replaceAll('%n', node);
}

function nodeFolder(context: Context, node: string): string {
  return join(context.parameters.directory, node);
}

/** A machine that loses power loses /run, and with it what agents take for proof that they run. Logs are kept. */
function forgetState(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names) {
    if (!name.endsWith('.log')) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** A misspelled name must not be taken for a node that is off. */
function requireNode(context: Context, node: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(node)) throw new AgentError(`"${node}" is not the name of a node`);
  if (!existsSync(nodeFolder(context, node))) {
    throw new AgentError(`there is no node ${node} in ${context.parameters.directory}`);
  }
}

/** Pids of everything that belongs to a node. */
function processesOf(context: Context, node: string): Set<number> {
  const { directory, marker, pid_file, agent_state } = context.parameters;
  const found = new Set(findByEnvironment(MARK, fill(marker, node)));
  const daemon = daemonPid(join(directory, fill(pid_file, node)), found);
  if (daemon !== undefined) found.add(daemon);
  for (const pid of recordedPids(join(directory, fill(agent_state, node)))) found.add(pid);
  const all = listProcesses();
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    // A session has no members of strangers, and what a member started belongs to the node as well.
    for (const each of all) if (found.has(each.parentPid) || found.has(each.sessionId)) found.add(each.pid);
  }
  found.delete(process.pid);
  return found;
}

/**
 * The daemon's pid. The file outlives a kill and the pid may be another's by now: that is so if its environment can be
 * read and lacks the mark. One that cannot be read counts as the daemon, so that its node is not taken for off.
 */
function daemonPid(path: string, marked: ReadonlySet<number>): number | undefined {
  const pid = Number(readText(path).trim());
  if (!(pid > 1) || findProcess(pid) === undefined) return undefined;
  if (marked.has(pid)) return pid;
  try {
    readFileSync(`/proc/${pid}/environ`);
    return undefined;
  } catch {
    return pid;
  }
}

/** PID files of our agents hold the start time too, so that a reused pid is recognised. */
function recordedPids(folder: string): number[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const files = names.filter((name) => name.endsWith('.pid'));
  return files.flatMap((name) => {
    const [pid = '', ...startedAt] = readText(join(folder, name)).trim().split('\n');
    const found = startedAt.length > 0 && Number(pid) > 1 ? findProcess(Number(pid)) : undefined;
    return found !== undefined && found.startedAt === startedAt.join('\n') ? [found.pid] : [];
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function send(pids: ReadonlySet<number>, signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
