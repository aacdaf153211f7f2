import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AgentContext,
  AgentError,
  ArgumentError,
  type CommandResult,
  defineAgent,
  NotConfiguredError,
  parameter,
} from '@holdfast/agent-sdk';
import { isServer, postmasterPid, removeStaleLocks, serverProcesses, signalAll } from './server-processes.ts';
import { asServer, identityOf, programFolder } from './server-programs.ts';

const PARAMETERS = {
  pgdata: parameter.string({
    text: 'Data directory',
    longText: 'Data directory of the PostgreSQL server. It has to be on storage that follows the resource.',
    required: true,
    uniqueGroup: 'pgdata',
  }),
  bindir: parameter.string({
    text: 'Folder of the programs',
    longText:
      'Folder with pg_ctl and postgres. Default: that of the version of the data directory, else the newest.',
  }),
  user: parameter.string({
    text: 'System user',
    longText:
      'User the server runs as, when the cluster daemon runs as root; otherwise it is the daemon’s user.',
    default: 'postgres',
  }),
  initdb: parameter.boolean({
    text: 'Make an empty database',
    longText:
      'Run initdb at a start when the data directory is empty. Off, so that a lost mount is not papered over.',
    default: false,
  }),
  port: parameter.integer({ text: 'Port', default: 5432, min: 1, max: 65_535 }),
  listen: parameter.string({
    text: 'Addresses to listen on',
    longText: 'As listen_addresses of postgresql.conf, which it overrides. Empty: as configured there.',
  }),
  socket_directory: parameter.string({
    text: 'Folder of the Unix socket',
    longText: 'Default: the data directory, so that it needs no folder of the distribution.',
  }),
  options: parameter.string({ text: 'Further options for postgres', default: '' }),
  database: parameter.string({ text: 'Database for the query of the monitor', default: 'postgres' }),
  logfile: parameter.string({
    text: 'Log file',
    longText:
      'Gets what the server prints before its own logging begins. Default: startup.log in the data directory.',
  }),
};

type Context = AgentContext<typeof PARAMETERS>;

/** Kept back of the stop operation's time for the immediate shutdown. */
const IMMEDIATE_RESERVE_MS = 10_000;
/** Kept back of it for killing what is left. */
const KILL_RESERVE_MS = 2000;
const PG_ISREADY_REJECTING = 1;

/** A PostgreSQL server. */
export const database = defineAgent({
  name: 'database',
  version: '1.0',
  shortText: 'PostgreSQL server',
  longText:
    'Runs a PostgreSQL server on a data directory that one node at a time has. A monitor checks the process and that ' +
    'connections are accepted; with OCF_CHECK_LEVEL 10 it also runs a query. A stop is fast, and immediate when the ' +
    'time runs out, which is safe but makes the next start recover.',
  parameters: PARAMETERS,
  times: {
    start: { timeoutMs: 120_000 },
    stop: { timeoutMs: 120_000 },
    monitor: { timeoutMs: 30_000, intervalMs: 10_000 },
  },

  async validate(context) {
    const { pgdata, initdb } = context.parameters;
    if (!pgdata.startsWith('/'))
      throw new NotConfiguredError(`parameter pgdata: "${pgdata}" is not an absolute path`);
    programFolder(context);
    await identityOf(context);
    if (context.operation === 'start' && !initdb && !existsSync(join(pgdata, 'PG_VERSION'))) {
      throw new ArgumentError(`${pgdata} is not a PostgreSQL data directory`);
    }
  },

  async monitor(context) {
    const pid = postmasterPid(context.parameters.pgdata);
    if (pid === undefined) {
      const left = serverProcesses(context.parameters.pgdata);
      if (left.length === 0) return 'stopped';
      throw new AgentError(`the server is gone, but processes of it live: ${left.join(' ')}`);
    }
    const ready = await askReady(context);
    if (ready.code === PG_ISREADY_REJECTING) throw new AgentError('the server starts, stops or recovers');
    if (ready.code !== 0) throw new AgentError(`process ${pid} runs, but does not accept connections`);
    if (context.checkLevel >= 10) await query(context);
    return 'running';
  },

  async start(context) {
    const { pgdata, initdb, listen, options, logfile } = context.parameters;
    if (initdb && isEmpty(pgdata)) await initialize(context);
    removeStaleLocks(pgdata, socketFolder(context), context.parameters.port);
    const server = [
      `-p ${port(context)}`,
      `-k ${quoted(socketFolder(context))}`,
      ...(listen === undefined ? [] : [`-c listen_addresses=${quoted(listen)}`]),
      options,
    ].join(' ');
    const log = logfile ?? join(pgdata, 'startup.log');
    const args = ['start', '-D', pgdata, '-l', log, '-W', '-o', server];
    const result = await asServer(context, 'pg_ctl', args, context.remainingMs);
    if (result.code !== 0) throw new AgentError(`pg_ctl failed: ${lastLine(result)}; see ${log}`);
    // pg_ctl would wait for connections with its own time limit; recovery may take all the time the cluster gives.
    const serves = await context.waitUntil(async () => {
      if ((await askReady(context)).code === 0) return true;
      if (postmasterPid(context.parameters.pgdata) === undefined && (await pidFileStaysAway(context))) {
        throw new AgentError(`the server ended at once; see ${log}`);
      }
      return false;
    });
    if (!serves) throw new AgentError(`the server does not accept connections in time; see ${log}`);
  },

  async stop(context) {
    const { pgdata } = context.parameters;
    // A stopped process would see no shutdown.
    signalAll(serverProcesses(pgdata), 'SIGCONT');
    if (postmasterPid(context.parameters.pgdata) !== undefined) {
      const fast = await stopServer(
        context,
        'fast',
        Math.max(1000, context.remainingMs - IMMEDIATE_RESERVE_MS),
      );
      if (fast.code !== 0) {
        context.log('warn', `a fast shutdown of ${pgdata} failed: ${lastLine(fast)}; now immediate`);
        await stopServer(context, 'immediate', Math.max(1000, context.remainingMs - KILL_RESERVE_MS));
      }
    }
    // What is left would keep the next start from the shared memory; nothing is lost, as with a power failure.
    const left = new Set<number>();
    const ended = await context.waitUntil(() => {
      for (const pid of serverProcesses(pgdata)) left.add(pid);
      for (const pid of left) if (!isServer(pid)) left.delete(pid);
      signalAll(left, 'SIGKILL');
      return left.size === 0;
    });
    if (!ended) throw new AgentError(`processes of the server cannot be killed: ${[...left].join(' ')}`);
  },
});

function port(context: Context): string {
  return String(context.parameters.port);
}

function socketFolder(context: Context): string {
  return context.parameters.socket_directory ?? context.parameters.pgdata;
}

function askReady(context: Context): Promise<CommandResult> {
  return asServer(context, 'pg_isready', ['-q', '-h', socketFolder(context), '-p', port(context)]);
}

async function pidFileStaysAway(context: Context): Promise<boolean> {
  const appears = () => postmasterPid(context.parameters.pgdata) !== undefined;
  return !(await context.waitUntil(appears, Math.min(2000, context.remainingMs)));
}

function stopServer(context: Context, mode: 'fast' | 'immediate', timeoutMs: number): Promise<CommandResult> {
  const seconds = String(Math.max(1, Math.floor(timeoutMs / 1000)));
  const args = ['stop', '-D', context.parameters.pgdata, '-m', mode, '-w', '-t', seconds];
  return asServer(context, 'pg_ctl', args, timeoutMs + 1000);
}

async function query(context: Context): Promise<void> {
  const { database: name } = context.parameters;
  const args = ['-h', socketFolder(context), '-p', port(context), '-d', name, '-Atqc', 'select 1'];
  const result = await asServer(context, 'psql', args, context.remainingMs);
  if (result.code !== 0 || result.stdout.trim() !== '1')
    throw new AgentError(`a query failed: ${lastLine(result)}`);
}

async function initialize(context: Context): Promise<void> {
  const { pgdata } = context.parameters;
  mkdirSync(pgdata, { recursive: true, mode: 0o700 });
  const { uid, gid } = await identityOf(context);
  if (uid !== undefined) await context.runChecked('chown', [`${uid}:${gid}`, pgdata]);
  const args = ['-D', pgdata, '-A', 'peer', '--auth-host=scram-sha-256', '-E', 'UTF8', '--locale=C'];
  const result = await asServer(context, 'initdb', args, context.remainingMs);
  if (result.code !== 0) throw new AgentError(`initdb failed: ${lastLine(result)}`);
}

/** Whether there is nothing a database could be made of yet. */
function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).every((name) => name === 'lost+found');
  } catch {
    return true;
  }
}

/** pg_ctl hands the options to a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function lastLine(result: CommandResult): string {
  return (result.stderr.trim() || result.stdout.trim()).split('\n').at(-1) ?? '';
}
