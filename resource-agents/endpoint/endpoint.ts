import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type AgentContext,
  AgentError,
  defineAgent,
  findProcess,
  NotConfiguredError,
  parameter,
  SupervisedProcess,
} from '@holdfast/agent-sdk';
import { checkTcp, type Endpoint, parseEndpoint } from '../service/readiness.ts';

const PARAMETERS = {
  listen: parameter.string({
    text: 'Address of the service',
    longText: 'HOST:PORT on which clients find the service, wherever it runs.',
    required: true,
    uniqueGroup: 'listen',
  }),
  target: parameter.string({
    text: 'Where the service listens on its node',
    longText: 'HOST:PORT, or the absolute path of a Unix socket.',
    required: true,
  }),
};

type Context = AgentContext<typeof PARAMETERS>;

const CHECK_TIMEOUT_MS = 3000;
const STOP_GRACE_MS = 1000;
const FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=64', '--no-warnings'];

/** A fixed address without root: a forwarder that listens there on the node that runs it. */
export const endpoint = defineAgent({
  name: 'endpoint',
  version: '1.0',
  shortText: 'Fixed address by forwarding',
  longText:
    'Listens on a fixed address and passes connections on to the service. For nodes that share a host, as in a ' +
    'development cluster, it stands for what a virtual IP address is elsewhere: as only one process of a host can ' +
    'listen on an address, a second copy fails to start. Needs no root.',
  parameters: PARAMETERS,
  times: {
    start: { timeoutMs: 10_000 },
    stop: { timeoutMs: 10_000 },
    monitor: { timeoutMs: 10_000, intervalMs: 10_000 },
  },

  async validate(context) {
    listenOf(context);
    const { target } = context.parameters;
    if (!target.startsWith('/') && parseEndpoint(target) === undefined) {
      throw new NotConfiguredError(`parameter target: "${target}" is neither HOST:PORT nor a path`);
    }
  },

  async monitor(context) {
    if (forwarderOf(context).find() === undefined) return 'stopped';
    const problem = await checkTcp(listenOf(context), CHECK_TIMEOUT_MS);
    if (problem !== undefined) throw new AgentError(`the forwarder does not accept connections: ${problem}`);
    return 'running';
  },

  async start(context) {
    const { host, port } = listenOf(context);
    const forwarder = forwarderOf(context);
    const logFile = join(context.runFolder, `endpoint-${context.instance}.log`);
    const readyFile = join(context.runFolder, `endpoint-${context.instance}.ready`);
    rmSync(readyFile, { force: true });
    const args = [...FLAGS, forwarderScript(), host, String(port), context.parameters.target, readyFile];
    await forwarder.start({ command: process.execPath, args, env: context.environment, logFile });
    const pid = forwarder.find()?.pid;
    const listens = await context.waitUntil(async () => {
      if (pid === undefined || findProcess(pid) === undefined) {
        throw new AgentError(`${host}:${port} cannot be listened on; see ${logFile}`);
      }
      return readText(readyFile) === String(pid);
    });
    if (!listens) throw new AgentError(`the forwarder does not accept connections on ${host}:${port}`);
  },

  async stop(context) {
    await forwarderOf(context).stop({ graceMs: STOP_GRACE_MS });
  },
});

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function listenOf(context: Context): Endpoint {
  const listen = parseEndpoint(context.parameters.listen);
  if (listen === undefined)
    throw new NotConfiguredError(`parameter listen: "${context.parameters.listen}" is not HOST:PORT`);
  return listen;
}

function forwarderOf(context: Context): SupervisedProcess {
  return new SupervisedProcess({ pidFile: join(context.runFolder, `endpoint-${context.instance}.pid`) });
}

/** Beside this file, in the build as in the sources. */
function forwarderScript(): string {
  const name = import.meta.url.endsWith('.ts') ? './forwarder.ts' : './endpoint-forwarder.mjs';
  return fileURLToPath(new URL(name, import.meta.url));
}
