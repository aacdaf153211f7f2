import { spawnSync } from 'node:child_process';
import { appendFileSync, openSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Takes a kernel lock on a file for as long as this process lives. When another process of any node holds it, two
 * copies of the service run at once: that is written to `violations`, which must stay empty in a healthy cluster.
 *
 * The lock belongs to the open file, which the short-lived flock(1) shares with us, so it is ours when flock has ended,
 * and the kernel lets it go however we end.
 */
export function holdExclusiveLock(directory: string, holder: string): void {
  const lock = openSync(join(directory, 'lock'), 'a');
  const result = spawnSync('flock', ['--nonblock', '--exclusive', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', lock],
  });
  if (result.error) throw new Error(`flock(1) of util-linux is needed: ${result.error.message}`);
  if (result.status === 0) return;
  appendFileSync(join(directory, 'violations'), `${new Date().toISOString()} second copy: ${holder}\n`);
}
