import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HoldfastError } from '@holdfast/model';
import type { Store } from '@holdfast/ports';
import { Level } from 'level';
import { AcknowledgedMark } from './acknowledged-mark.ts';
import { checkTables } from './check-tables.ts';
import { makeDurableDirectory } from './durable-directory.ts';
import { LevelStore, problemOf } from './level-store.ts';
import { type ReadResult, readStore } from './read-store.ts';
import { StoreLock } from './store-lock.ts';
import { STORE_DEFAULTS, type StoreOptions } from './store-options.ts';

/**
 * Opens the store of one member, or makes a new one, and checks every record in it (rule 16). Nothing is
 * repaired.
 *
 * @throws HoldfastError STORE_LOCKED when another daemon, or this process, has it open
 * @throws HoldfastError STORE_CORRUPT when anything acknowledged is missing, damaged or out of place
 * @throws HoldfastError STORE_WRITE_FAILED when the disk is full or refuses access
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const lock = await StoreLock.acquire(options.path).catch((error) => refuse(options.path, error));
  try {
    return await openLocked(options, lock);
  } catch (error) {
    await lock.release();
    return refuse(options.path, error);
  }
}

async function openLocked(options: StoreOptions, lock: StoreLock): Promise<Store> {
  const directory = join(options.path, 'db');
  await makeDurableDirectory(directory);
  const mark = await AcknowledgedMark.open(join(options.path, 'acknowledged'), await hasData(directory));
  try {
    await checkTables(directory);
    const { level, read } = await openLevel(directory, mark.acknowledged);
    return new LevelStore({
      level,
      mark,
      lock,
      read,
      maxQueuedBytes: options.maxQueuedBytes ?? STORE_DEFAULTS.maxQueuedBytes,
      maxBatchBytes: options.maxBatchBytes ?? STORE_DEFAULTS.maxBatchBytes,
    });
  } catch (error) {
    await mark.close();
    throw error;
  }
}

async function openLevel(
  directory: string,
  acknowledged: number,
): Promise<{ level: Level<string, string>; read: ReadResult }> {
  const level = new Level<string, string>(directory, {
    // Everything is read once, at the start, and kept by the caller: a large cache would only hold memory.
    cacheSize: 256 * 1024,
    writeBufferSize: 1024 * 1024,
    compression: false,
  });
  await level.open();
  try {
    return { level, read: await readStore(level, acknowledged) };
  } catch (error) {
    await level.close();
    throw error;
  }
}

async function hasData(directory: string): Promise<boolean> {
  return (await readdir(directory)).includes('CURRENT');
}

function refuse(path: string, error: unknown): never {
  if (error instanceof HoldfastError) throw error;
  const problem = problemOf(error);
  if (/unable to lock|lock .*already held|Resource temporarily unavailable/i.test(problem)) {
    throw new HoldfastError('STORE_LOCKED', { path });
  }
  if (/no space left|ENOSPC|permission denied|EACCES|read-only|EROFS|quota/i.test(problem)) {
    throw new HoldfastError('STORE_WRITE_FAILED', { problem });
  }
  throw new HoldfastError('STORE_CORRUPT', { path, problem });
}
