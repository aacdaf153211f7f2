import { randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  type AgentContext,
  AgentError,
  defineAgent,
  NotConfiguredError,
  PermissionError,
  parameter,
} from '@holdfast/agent-sdk';

const PARAMETERS = {
  directory: parameter.string({
    text: 'Directory',
    longText: 'Absolute path of the directory; made when it does not exist.',
    required: true,
    uniqueGroup: 'directory',
  }),
  mode: parameter.string({ text: 'Permissions of a new directory', default: '0750' }),
};

type Context = AgentContext<typeof PARAMETERS>;

const CLAIM = '.holdfast-claim';

/** A directory that one node at a time holds. */
export const dataDirectory = defineAgent({
  name: 'data-directory',
  version: '1.0',
  shortText: 'Data directory held by one node',
  longText:
    'Makes a directory and writes into it which node holds it. On storage that several nodes see at once it stands ' +
    'for what a mount is elsewhere: the node that starts it takes it over, and a node that has lost it fails its ' +
    'monitor. Like a mount it does not keep others out by itself; the cluster does. Needs no root.',
  parameters: PARAMETERS,
  times: {
    start: { timeoutMs: 10_000 },
    stop: { timeoutMs: 10_000 },
    monitor: { timeoutMs: 10_000, intervalMs: 10_000 },
  },

  async validate({ parameters }) {
    if (!parameters.directory.startsWith('/')) {
      throw new NotConfiguredError(`parameter directory: "${parameters.directory}" is not an absolute path`);
    }
    if (!/^0?[0-7]{3}$/.test(parameters.mode)) {
      throw new NotConfiguredError(`parameter mode: "${parameters.mode}" is not an octal mode`);
    }
  },

  async monitor(context) {
    const { directory } = context.parameters;
    if (!isHeld(context)) return 'stopped';
    if (!statSync(directory).isDirectory()) throw new AgentError(`${directory} is not a directory`);
    try {
      accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch {
      throw new AgentError(`${directory} cannot be written`);
    }
    return 'running';
  },

  async start(context) {
    const { directory, mode } = context.parameters;
    try {
      mkdirSync(directory, { recursive: true, mode: Number.parseInt(mode, 8) });
      const before = readText(join(directory, CLAIM));
      if (before !== undefined) context.log('info', `${directory} was held by ${before}`);
      const temporary = join(directory, `${CLAIM}.${process.pid}`);
      const claim = `${holder(context)} since ${new Date().toISOString()} ${randomUUID()}\n`;
      mkdirSync(context.runFolder, { recursive: true });
      writeFileSync(ownClaim(context), claim);
      writeFileSync(temporary, claim);
      renameSync(temporary, join(directory, CLAIM));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM') throw new PermissionError(message);
      throw new AgentError(message);
    }
  },

  async stop(context) {
    const { directory } = context.parameters;
    // Only our own claim: another node may hold the directory by now.
    if (isHeld(context)) rmSync(join(directory, CLAIM), { force: true });
    rmSync(ownClaim(context), { force: true });
  },
});

/** The resource and its node, by a name that is the same for every operation of one daemon. */
function holder(context: Context): string {
  const { HOLDFAST_NODE, HOLDFAST_DEV_NODE } = context.environment;
  return `${context.instance} on ${HOLDFAST_NODE ?? HOLDFAST_DEV_NODE ?? hostname()}`;
}

/** Our copy of the claim is in the run folder, which a boot empties: like a mount, a claim does not outlive a boot. */
function ownClaim(context: Context): string {
  return join(context.runFolder, `data-directory-${context.instance}.claim`);
}

function isHeld(context: Context): boolean {
  const claim = readText(join(context.parameters.directory, CLAIM));
  return claim !== undefined && claim === readText(ownClaim(context));
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
