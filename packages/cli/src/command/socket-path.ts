import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_SOCKET } from '@holdfast/client';
import { defaultDevDirectory, readDevRecord } from '../dev/dev-layout.ts';

/** Environment variable that names the daemon's socket. */
export const SOCKET_VARIABLE = 'HOLDFAST_SOCKET';

/**
 * The socket a command talks to: the flag, else HOLDFAST_SOCKET, else the first member of a development cluster that
 * runs in this folder, else that of an installed daemon.
 */
export function resolveSocket(
  flag: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  directory: string,
): string {
  const named = flag ?? environment[SOCKET_VARIABLE];
  if (named) return named;
  const development = defaultDevDirectory(directory);
  if (!existsSync(join(development, 'cluster.json'))) return DEFAULT_SOCKET;
  const running = readDevRecord(development).members.find((each) => existsSync(each.socket));
  return running?.socket ?? DEFAULT_SOCKET;
}
