import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  type AgentContext,
  AgentError,
  ArgumentError,
  defineAgent,
  NotConfiguredError,
  NotInstalledError,
  parameter,
} from '@holdfast/agent-sdk';
import { backingFile, listMounts, type Mount, resolvePath, usersOf } from './mounts.ts';

const PARAMETERS = {
  device: parameter.string({
    text: 'What to mount',
    longText:
      'Block device, image file (mounted through a loop device), -U UUID, -L LABEL, HOST:/PATH of a network ' +
      'filesystem, or a name for filesystems without a device.',
    required: true,
  }),
  directory: parameter.string({
    text: 'Mount point',
    longText: 'Absolute path of the directory to mount on; made when it does not exist.',
    required: true,
    uniqueGroup: 'directory',
  }),
  fstype: parameter.string({
    text: 'Filesystem type',
    longText: 'Type as mount -t takes it.',
    required: true,
  }),
  options: parameter.string({
    text: 'Mount options',
    longText: 'As mount -o takes them, separated by commas.',
  }),
  force_unmount: parameter.boolean({
    text: 'End users of the filesystem',
    longText:
      'When the filesystem is busy at a stop, end the processes that use it: TERM first, KILL after 5 seconds. ' +
      'Without this a busy filesystem fails the stop, which makes the cluster fence the node.',
    default: true,
  }),
};

type Context = AgentContext<typeof PARAMETERS>;

/** A device named by its UUID or label, as mount takes it. */
const BY_TAG = /^-([UL])\s+(\S+)$/;
/** How long users of the filesystem are asked before they are killed. */
const TERM_MS = 5000;
const STATUS_FOLDER = '.holdfast-status';

/** A mounted filesystem. */
export const filesystem = defineAgent({
  name: 'filesystem',
  version: '1.0',
  shortText: 'Mounted filesystem',
  longText:
    'Mounts a filesystem and unmounts it, ending processes that still use it. A filesystem that the kernel made ' +
    'read-only after an error counts as failed. With OCF_CHECK_LEVEL 10 the monitor also reads the directory, with ' +
    '20 it writes and syncs a file in it. Needs Linux and root.',
  parameters: PARAMETERS,
  times: {
    start: { timeoutMs: 60_000 },
    stop: { timeoutMs: 60_000 },
    monitor: { timeoutMs: 40_000, intervalMs: 20_000 },
  },

  async validate({ parameters }) {
    if (!parameters.directory.startsWith('/') || resolvePath(parameters.directory) === '/') {
      throw new NotConfiguredError(`parameter directory: "${parameters.directory}" is no place to mount on`);
    }
  },

  async monitor(context) {
    const mount = await findMount(context);
    if (mount === undefined) return 'stopped';
    const wanted = (context.parameters.options ?? '').split(',');
    if (mount.options.includes('ro') && !wanted.includes('ro')) {
      throw new AgentError(`${mount.directory} has become read-only`);
    }
    if (context.checkLevel >= 10) readdirSync(mount.directory);
    if (context.checkLevel >= 20) writeStatus(mount.directory, context.instance);
    return 'running';
  },

  async start(context) {
    const { device, directory, fstype, options } = context.parameters;
    mkdirSync(directory, { recursive: true });
    const path = resolvePath(directory);
    const all = [...(isImage(device) ? ['loop'] : []), ...(options === undefined ? [] : [options])];
    const args = [
      '-t',
      fstype,
      ...(all.length === 0 ? [] : ['-o', all.join(',')]),
      ...(BY_TAG.test(device) ? device.split(/\s+/) : [device]),
      path,
    ];
    const result = await context.run('mount', args, { timeoutMs: context.remainingMs });
    if (result.code === 127) throw new NotInstalledError('the command mount is missing');
    if (result.code === 0) return;
    const said = result.stderr.trim().split('\n')[0];
    // mount(8): 1 is a wrong call or missing permission, 32 a failed mount.
    if (/special device .* does not exist|can't find/.test(said ?? '')) throw new ArgumentError(`${said}`);
    throw new AgentError(`mount failed: ${said}`);
  },

  async stop(context) {
    const path = resolvePath(context.parameters.directory);
    const killBelowMs = context.remainingMs - Math.min(TERM_MS, context.remainingMs / 2);
    const unmounted = await context.waitUntil(async () => {
      const below = listMounts().filter(
        ({ directory }) => directory === path || directory.startsWith(`${path}/`),
      );
      // The last one mounted has to go first.
      for (const mount of below.reverse()) {
        const result = await context.run('umount', [mount.directory], { timeoutMs: context.remainingMs });
        if (result.code === 0) continue;
        context.log('info', result.stderr.trim());
        if (!context.parameters.force_unmount) return true;
        endUsers(context, path, context.remainingMs < killBelowMs ? 'SIGKILL' : 'SIGTERM');
        return false;
      }
      return true;
    });
    if (!unmounted) throw new AgentError(`${path} is busy: used by processes ${usersOf(path).join(' ')}`);
  },
});

/**
 * The mount of our device on our directory; undefined where there certainly is none.
 * @throws AgentError where something is mounted there and nobody can tell whether it is ours, or ours is covered
 */
async function findMount(context: Context): Promise<Mount | undefined> {
  const path = resolvePath(context.parameters.directory);
  const mounts = listMounts().filter((each) => each.directory === path);
  const topmost = mounts.at(-1);
  // The kernel names the disk below a directory that is mounted a second time, not the directory.
  if (topmost === undefined || isBind(context)) return topmost;
  const names = await sourceNames(context);
  if (names === undefined)
    throw new AgentError(`something is mounted on ${path}, and ${context.parameters.device} is gone`);
  const ours = mounts.find((mount) => isNamed(mount.source, names));
  if (ours !== undefined && ours !== topmost)
    throw new AgentError(`${topmost.source} is mounted over ${path}`);
  return ours;
}

function isNamed(source: string, names: readonly string[]): boolean {
  const backing = backingFile(source);
  return [source, resolvePath(source), ...(backing === undefined ? [] : [backing])].some((name) =>
    names.includes(name),
  );
}

function isBind({ parameters }: Context): boolean {
  return (parameters.options ?? '').split(',').some((option) => option === 'bind' || option === 'rbind');
}

/** The names under which the kernel may show our device; undefined when it cannot be found (any more). */
async function sourceNames(context: Context): Promise<string[] | undefined> {
  const { device } = context.parameters;
  const byTag = BY_TAG.exec(device);
  if (byTag === null) {
    if (device.startsWith('/') && !existsSync(device)) return undefined;
    return [device, device.replace(/(?<=.)\/$/, ''), resolvePath(device)];
  }
  const found = await context.run('blkid', [`-${byTag[1]}`, byTag[2]!]);
  const path = found.stdout.trim();
  return path === '' ? undefined : [path, resolvePath(path)];
}

function isImage(device: string): boolean {
  try {
    return statSync(device).isFile();
  } catch {
    return false;
  }
}

function writeStatus(directory: string, instance: string): void {
  mkdirSync(join(directory, STATUS_FOLDER), { recursive: true });
  const path = join(directory, STATUS_FOLDER, instance);
  const file = openSync(path, 'w');
  try {
    writeSync(file, `${new Date().toISOString()}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

function endUsers(context: Context, path: string, signal: NodeJS.Signals): void {
  const users = usersOf(path);
  context.log('info', `${path} is used by processes ${users.join(' ')}: ${signal}`);
  for (const pid of users) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
