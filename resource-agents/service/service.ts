import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AgentContext,
  AgentError,
  ArgumentError,
  defineAgent,
  findProcess,
  NotConfiguredError,
  PermissionError,
  parameter,
  SupervisedProcess,
} from '@holdfast/agent-sdk';
import { checkHttp, checkTcp, parseEndpoint } from './readiness.ts';

const STOP_SIGNALS = ['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'USR2', 'KILL'] as const;

const PARAMETERS = {
  command: parameter.string({
    text: 'Command to run',
    longText: 'The command, which must stay in the foreground. It is given to /bin/sh -c.',
    required: true,
  }),
  directory: parameter.string({ text: 'Working directory', default: '/' }),
  environment: parameter.string({
    text: 'Environment',
    longText: 'Variables for the command, NAME=VALUE separated by blanks. Values cannot hold blanks.',
    default: '',
  }),
  user: parameter.string({
    text: 'User',
    longText: 'User to run the command as. Default: the user of the cluster daemon. Another one needs root.',
  }),
  pidfile: parameter.string({
    text: 'PID file',
    longText: 'Where the process is recorded. Default: a file named after the resource in the run folder.',
    uniqueGroup: 'pidfile',
  }),
  logfile: parameter.string({
    text: 'Log file',
    longText: 'Gets what the command prints. Default: a file named after the resource in the run folder.',
  }),
  ready_command: parameter.string({
    text: 'Readiness by command',
    longText:
      'A command that exits with 0 when the service serves; run by /bin/sh -c at start and by each monitor.',
  }),
  ready_tcp: parameter.string({
    text: 'Readiness by connection',
    longText: 'HOST:PORT that must accept connections.',
  }),
  ready_http: parameter.string({
    text: 'Readiness by HTTP',
    longText: 'A http:// address that must answer with a status from 200 to 399.',
  }),
  ready_timeout: parameter.time({ text: 'Time for one readiness check', default: 5000 }),
  stop_signal: parameter.string({
    text: 'Signal that asks the command to end',
    longText: `One of ${STOP_SIGNALS.join(', ')}.`,
    default: 'TERM',
  }),
  stop_timeout: parameter.time({
    text: 'Time from the signal to KILL',
    longText:
      'How long the command may take to end after the signal; then it is killed with all it started. Never longer ' +
      'than the stop operation allows.',
    default: 10_000,
  }),
};

type Context = AgentContext<typeof PARAMETERS>;

/** Kept back of the stop operation's time for killing and checking. */
const KILL_RESERVE_MS = 3000;

/** Any command, kept as a process in the background and watched. */
export const service = defineAgent({
  name: 'service',
  version: '1.0',
  shortText: 'Any command as a service',
  longText:
    'Runs a command in the background, watches its process, and checks by a command, a connection or an HTTP request ' +
    'whether it serves. A start ends when it serves. A stop ends the process and everything it started. Needs no ' +
    'root, and works on any Unix.',
  parameters: PARAMETERS,
  times: {
    start: { timeoutMs: 20_000 },
    stop: { timeoutMs: 20_000 },
    monitor: { timeoutMs: 20_000, intervalMs: 10_000 },
  },

  async validate(context) {
    const { ready_tcp, ready_http, directory } = context.parameters;
    if (ready_tcp !== undefined && parseEndpoint(ready_tcp) === undefined) {
      throw new NotConfiguredError(`parameter ready_tcp: "${ready_tcp}" is not HOST:PORT`);
    }
    if (ready_http !== undefined) httpUrl(ready_http);
    serviceEnvironment(context);
    stopSignalOf(context);
    if (context.operation === 'start' && !existsSync(directory)) {
      throw new ArgumentError(`the working directory ${directory} does not exist on this host`);
    }
  },

  async monitor(context) {
    const supervised = supervisedOf(context);
    if (supervised.find() === undefined) {
      const strays = supervised.strays();
      if (strays.length === 0) return 'stopped';
      throw new AgentError(`the process has ended, but what it started lives on: ${strays.join(' ')}`);
    }
    const problem = await readinessProblem(context);
    if (problem !== undefined) throw new AgentError(`it does not serve: ${problem}`);
    return 'running';
  },

  async start(context) {
    const supervised = supervisedOf(context);
    await supervised.start({
      command: '/bin/sh',
      args: ['-c', context.parameters.command],
      cwd: context.parameters.directory,
      env: serviceEnvironment(context),
      logFile: logFileOf(context),
      ...(await identityOf(context)),
    });
    const pid = supervised.find()?.pid;
    let problem: string | undefined;
    const serves = await context.waitUntil(async () => {
      if (pid === undefined || findProcess(pid) === undefined) throw new AgentError(ended(context));
      problem = await readinessProblem(context);
      return problem === undefined;
    });
    if (!serves) throw new AgentError(`it does not serve in time: ${problem}`);
  },

  async stop(context) {
    const graceMs = Math.max(
      0,
      Math.min(context.parameters.stop_timeout, context.remainingMs - KILL_RESERVE_MS),
    );
    await supervisedOf(context).stop({ signal: stopSignalOf(context), graceMs });
  },
});

function stopSignalOf(context: Context): NodeJS.Signals {
  const { stop_signal } = context.parameters;
  const found = STOP_SIGNALS.find((name) => name === stop_signal.replace(/^SIG/, ''));
  if (found === undefined)
    throw new NotConfiguredError(`parameter stop_signal: "${stop_signal}" is not known`);
  return `SIG${found}`;
}

function ended(context: Context): string {
  return `the command ended at once; see ${logFileOf(context)}`;
}

function supervisedOf(context: Context): SupervisedProcess {
  const { pidfile } = context.parameters;
  return new SupervisedProcess({
    pidFile: pidfile ?? join(context.runFolder, `service-${context.instance}.pid`),
  });
}

function logFileOf(context: Context): string {
  return context.parameters.logfile ?? join(context.runFolder, `service-${context.instance}.log`);
}

/** The command gets neither the agent's parameters nor the cluster's context, only who it is. */
function serviceEnvironment(context: Context): Record<string, string | undefined> {
  const inherited = Object.entries(context.environment).filter(([name]) => !/^(OCF_|HA_|PCMK_)/.test(name));
  const own = context.parameters.environment.split(/\s+/).filter((each) => each !== '');
  return {
    ...Object.fromEntries(inherited),
    HOLDFAST_RESOURCE: context.instance,
    ...(context.nodeName === undefined ? {} : { HOLDFAST_NODE: context.nodeName }),
    ...Object.fromEntries(
      own.map((each) => {
        const equals = each.indexOf('=');
        if (equals < 1) throw new NotConfiguredError(`parameter environment: "${each}" is not NAME=VALUE`);
        return [each.slice(0, equals), each.slice(equals + 1)];
      }),
    ),
  };
}

async function identityOf(context: Context): Promise<{ uid?: number; gid?: number }> {
  const { user } = context.parameters;
  if (user === undefined) return {};
  const number = async (flag: string) => {
    const result = await context.run('id', [flag, user]);
    if (result.code !== 0) throw new ArgumentError(`there is no user ${user} on this host`);
    return Number(result.stdout);
  };
  const identity = { uid: await number('-u'), gid: await number('-g') };
  if (identity.uid === process.getuid?.()) return {};
  if (process.getuid?.() !== 0) throw new PermissionError(`to run as ${user} the daemon must run as root`);
  return identity;
}

async function readinessProblem(context: Context): Promise<string | undefined> {
  const { ready_command, ready_tcp, ready_http, ready_timeout } = context.parameters;
  const timeoutMs = Math.max(1, Math.min(ready_timeout, context.remainingMs));
  if (ready_command !== undefined) {
    const result = await context.run('/bin/sh', ['-c', ready_command], { timeoutMs, env: {} });
    if (result.code !== 0) return `the readiness command ends with ${result.code}: ${result.stderr.trim()}`;
  }
  if (ready_tcp !== undefined) {
    const endpoint = parseEndpoint(ready_tcp);
    if (endpoint === undefined)
      throw new NotConfiguredError(`parameter ready_tcp: "${ready_tcp}" is not HOST:PORT`);
    const problem = await checkTcp(endpoint, timeoutMs);
    if (problem !== undefined) return problem;
  }
  return ready_http === undefined ? undefined : checkHttp(httpUrl(ready_http), timeoutMs);
}

function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:')
    throw new NotConfiguredError(`parameter ready_http: "${text}" is not a http:// address`);
  return url;
}
