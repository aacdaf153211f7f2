import { readFileSync } from 'node:fs';
import { readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '@holdfast/model';
import { makeDurableDirectory } from './durable-directory.ts';

/**
 * Stores this process holds. LevelDB's own lock is lost when a second open in one process fails, so none is
 * tried.
 */
const heldHere = new Set<string>();

interface LockOwner {
  readonly pid: number;
  /** Tells a process from a later one of the same number; absent where the system does not say. */
  readonly startTime: string | undefined;
}

/**
 * The right to open one store. LevelDB's kernel lock beneath it decides when two starters find the same
 * stale file.
 */
export class StoreLock {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** @throws HoldfastError STORE_LOCKED when this or another living process holds the store */
  static async acquire(path: string): Promise<StoreLock> {
    await makeDurableDirectory(path);
    const directory = await realpath(path);
    if (heldHere.has(directory)) throw new HoldfastError('STORE_LOCKED', { path });
    heldHere.add(directory);
    try {
      await takeFile(join(directory, 'lock'), path);
    } catch (error) {
      heldHere.delete(directory);
      throw error;
    }
    return new StoreLock(directory);
  }

  async release(): Promise<void> {
    await rm(join(this.#directory, 'lock'), { force: true });
    heldHere.delete(this.#directory);
  }
}

async function takeFile(file: string, path: string): Promise<void> {
  const owner = JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) } satisfies LockOwner);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await writeFile(file, owner, { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isAlive(await readOwner(file))) break;
    await rm(file, { force: true });
  }
  throw new HoldfastError('STORE_LOCKED', { path });
}

/**
 * A lock file that cannot be read was being written when its owner died: a living one finishes within the
 * same call.
 */
async function readOwner(file: string): Promise<LockOwner | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as LockOwner;
  } catch {
    return undefined;
  }
}

function isAlive(owner: LockOwner | undefined): boolean {
  if (!owner || !Number.isSafeInteger(owner.pid) || owner.pid <= 0) return false;
  // A lock with our own number that this process does not hold is from before a reboot or from another
  // container.
  if (owner.pid === process.pid) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const startTime = startTimeOf(owner.pid);
  return startTime === undefined || owner.startTime === undefined || startTime === owner.startTime;
}

/** Boot identity and start time in clock ticks (proc(5), field 22 of stat). */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return undefined;
  }
}
