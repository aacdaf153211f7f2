import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '@holdfast/model';
import { beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../src/index.ts';
import { copyStore, scratchDirectory } from './scratch-store.ts';

const root = scratchDirectory();
const sound = join(root, 'sound');
const WRITES = 300;

/** Enough data that LevelDB has table files as well as a log. */
beforeAll(async () => {
  const store = await openStore({ path: join(root, 'live') });
  await store.load();
  for (let index = 1; index <= WRITES; index += 1) {
    await store.write([
      { op: 'append', entries: [{ index, term: 1, kind: 'command', payload: 'x'.repeat(6000) + index }] },
      { op: 'put', key: `record-${index % 20}`, value: index },
    ]);
  }
  // As a killed process leaves it: the log not folded into tables, the mark at the last acknowledged write.
  copyStore(join(root, 'live'), sound);
  await store.close();
});

let copies = 0;
function freshCopy(): string {
  copies += 1;
  return copyStore(sound, join(root, `copy-${copies}`));
}

/** 'whole' when everything written is there, else the code of the refusal. Anything else fails the test. */
async function outcome(path: string): Promise<string> {
  try {
    const store = await openStore({ path });
    try {
      const { entries, records } = await store.load();
      expect(entries.length).toBe(WRITES);
      expect(entries.every((entry, at) => entry.payload === 'x'.repeat(6000) + (at + 1))).toBe(true);
      expect(records.get('record-0')).toBe(WRITES);
      expect(records.size).toBe(20);
    } finally {
      await store.close();
    }
    return 'whole';
  } catch (error) {
    if (error instanceof HoldfastError) return error.code;
    throw error;
  }
}

function filesLike(path: string, pattern: RegExp): string[] {
  const names = readdirSync(join(path, 'db')).filter((name) => pattern.test(name));
  return names.map((name) => join(path, 'db', name)).filter((file) => statSync(file).size > 0);
}

async function outcomesOf(pattern: RegExp, damage: (file: string, round: number) => void): Promise<string[]> {
  const results: string[] = [];
  for (let round = 0; round < 25; round += 1) {
    const path = freshCopy();
    const files = filesLike(path, pattern);
    expect(files.length).toBeGreaterThan(0);
    damage(files[round % files.length]!, round);
    results.push(await outcome(path));
    // A refusal stays a refusal: opening must not have repaired anything.
    if (results.at(-1) !== 'whole') expect(await outcome(path)).toBe(results.at(-1));
    rmSync(path, { recursive: true });
  }
  return results;
}

function flipOneBit(file: string, round: number): void {
  const bytes = readFileSync(file);
  const at = Math.floor(((round + 0.5) / 25) * bytes.length);
  bytes[at]! ^= 1 << (round % 8);
  writeFileSync(file, bytes);
}

function truncate(file: string, round: number): void {
  truncateSync(file, Math.floor((round / 25) * statSync(file).size));
}

describe('a damaged store', () => {
  test('is whole when it is not damaged', async () => {
    expect(filesLike(sound, /\.ldb$/).length).toBeGreaterThan(0);
    expect(await outcome(freshCopy())).toBe('whole');
  });

  for (const [kind, pattern] of [
    ['log', /\.log$/],
    ['table', /\.ldb$/],
    ['manifest', /^MANIFEST/],
  ] as const) {
    test(`is refused or whole after one bit of a ${kind} file was flipped`, async () => {
      const results = await outcomesOf(pattern, flipOneBit);
      expect(results.filter((result) => result !== 'whole' && result !== 'STORE_CORRUPT')).toEqual([]);
      if (kind !== 'manifest') expect(results).toContain('STORE_CORRUPT');
    });
    test(`is refused or whole after a ${kind} file was truncated`, async () => {
      const results = await outcomesOf(pattern, truncate);
      expect(results.filter((result) => result !== 'whole' && result !== 'STORE_CORRUPT')).toEqual([]);
      expect(results).toContain('STORE_CORRUPT');
    });
  }

  test('is refused, and the process lives, after a bit flip in the index of a table', async () => {
    const results = await outcomesOf(/\.ldb$/, (file, round) => {
      const bytes = readFileSync(file);
      bytes[bytes.length - 49 - round * 29]! ^= 1 << (round % 8);
      writeFileSync(file, bytes);
    });
    expect(new Set(results)).toEqual(new Set(['STORE_CORRUPT']));
  });

  test('is refused after any file of it was removed', async () => {
    for (const name of readdirSync(join(sound, 'db')).filter((file) =>
      /CURRENT|MANIFEST|ldb|log$/.test(file),
    )) {
      const path = freshCopy();
      rmSync(join(path, 'db', name));
      expect(await outcome(path), name).toBe('STORE_CORRUPT');
    }
    const path = freshCopy();
    rmSync(join(path, 'acknowledged'));
    expect(await outcome(path)).toBe('STORE_CORRUPT');
  });

  test('is refused when its acknowledged end is cut off, and not when an open write is torn', async () => {
    const cut = freshCopy();
    const log = filesLike(cut, /\.log$/)[0]!;
    truncateSync(log, statSync(log).size - 10);
    expect(await outcome(cut)).toBe('STORE_CORRUPT');

    const torn = freshCopy();
    const tornLog = filesLike(torn, /\.log$/)[0]!;
    // The first bytes of a record whose rest never reached the disk.
    writeFileSync(tornLog, Buffer.concat([readFileSync(tornLog), readFileSync(tornLog).subarray(0, 200)]));
    expect(await outcome(torn)).toBe('whole');
  });

  test('is refused when a record was replaced by an older one of the same key', async () => {
    const { Level } = await import('level');
    const path = freshCopy();
    const level = new Level<string, string>(join(path, 'db'));
    const value = await level.get('r/record-1');
    await level.put('r/record-1', String(value).replace(/^.{8}/, '00000000'));
    await level.close();
    expect(await outcome(path)).toBe('STORE_CORRUPT');

    const swapped = freshCopy();
    const other = new Level<string, string>(join(swapped, 'db'));
    await other.put('r/record-1', String(await other.get('r/record-2')));
    await other.close();
    expect(await outcome(swapped)).toBe('STORE_CORRUPT');

    const stale = freshCopy();
    const third = new Level<string, string>(join(stale, 'db'));
    await third.del('r/record-3');
    await third.close();
    expect(await outcome(stale)).toBe('STORE_CORRUPT');
    expect(existsSync(join(stale, 'lock'))).toBe(false);
  });
});
