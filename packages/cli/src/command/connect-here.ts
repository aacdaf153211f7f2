import { ControlClient } from '@holdfast/client';
import { resolveSocket } from './socket-path.ts';

/** A client of the daemon that this process would ask by default. */
export function connectHere(): ControlClient {
  return new ControlClient({ socketPath: resolveSocket(undefined, process.env, process.cwd()) });
}
