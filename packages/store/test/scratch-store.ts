import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];
process.once('exit', () => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** An empty directory that is removed at the end of the test process. */
export function scratchDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-store-'));
  made.push(path);
  return path;
}

/** Copies a store as a disk image would be: everything but the lock. */
export function copyStore(from: string, to: string): string {
  mkdirSync(join(to, 'db'), { recursive: true });
  copyFileSync(join(from, 'acknowledged'), join(to, 'acknowledged'));
  for (const name of readdirSync(join(from, 'db')))
    copyFileSync(join(from, 'db', name), join(to, 'db', name));
  return to;
}
