import { userInfo } from 'node:os';
import { ControlClient } from '@holdfast/client';
import { HoldfastError } from '@holdfast/model';
import { errorAsJson, explainError } from '../command/explain-error.ts';
import { resolveSocket } from '../command/socket-path.ts';
import { formatStatus } from './format-status.ts';
import { paint, wantsColour } from './paint.ts';

/** What `status` can be asked for on the short way. */
interface QuickOptions {
  readonly json: boolean;
  readonly socket: string | undefined;
}

/**
 * `status` without anything but itself: loading the command framework takes longer than the answer, and this is the
 * command that people and monitoring call most. Returns false, having done nothing, when the arguments ask for more
 * than the plain status; then the command of the framework does it, with the same output.
 */
export async function quickStatus(argv: readonly string[]): Promise<boolean> {
  const options = readOptions(argv);
  if (!options) return false;
  try {
    const socketPath = resolveSocket(options.socket, process.env, process.cwd());
    const status = await new ControlClient({ socketPath, origin: `${userInfo().username}@cli` }).status();
    const format = { paint: paint(wantsColour(process.stdout, process.env)), nowMs: Date.now() };
    const text = options.json ? JSON.stringify(status, null, 2) : formatStatus(status, format).join('\n');
    process.stdout.write(`${text}\n`);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    process.exitCode = error.exitCode;
    if (options.json) process.stdout.write(`${JSON.stringify(errorAsJson(error), null, 2)}\n`);
    else process.stderr.write(`${explainError(error).join('\n')}\n`);
  }
  return true;
}

function readOptions([command, ...words]: readonly string[]): QuickOptions | undefined {
  if (command !== 'status') return undefined;
  let json = false;
  let socket: string | undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '--json') json = true;
    else if (word.startsWith('--socket=')) socket = word.slice('--socket='.length);
    else if (word === '--socket' && words[index + 1] !== undefined) socket = words[++index];
    else return undefined;
  }
  return { json, socket };
}
