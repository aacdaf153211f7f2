import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HoldfastError } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { openStore } from '../src/index.ts';
import { runWriter, until } from './run-writer.ts';
import { scratchDirectory } from './scratch-store.ts';

function run(command: string, ...words: string[]): boolean {
  return spawnSync(command, words, { stdio: 'ignore' }).status === 0;
}

const root = scratchDirectory();
const shim = join(root, 'failing-fsync.so');
const source = fileURLToPath(new URL('failing-fsync.c', import.meta.url));
const haveShim = process.platform === 'linux' && run('cc', '-shared', '-fPIC', '-o', shim, source);
if (!haveShim) console.log('skipped: the test with a failing fsync needs Linux and a C compiler');

const small = join(root, 'small');
mkdirSync(small);
const haveSmallDisk = run('mount', '-t', 'tmpfs', '-o', 'size=3m', 'holdfast-test', small);
if (!haveSmallDisk) console.log('skipped: the test with a full disk needs the right to mount a tmpfs');

async function checkEverythingAcknowledged(path: string, acknowledged: number): Promise<void> {
  const store = await openStore({ path });
  const { entries } = await store.load();
  await store.close();
  expect(entries.length).toBeGreaterThanOrEqual(acknowledged);
  entries.forEach((entry, at) => {
    expect(entry.index).toBe(at + 1);
  });
}

describe('a failing disk', () => {
  test.skipIf(!haveShim)(
    'that fails to sync ends all writing for good, and nothing is acknowledged',
    async () => {
      const path = join(root, 'fsync');
      const trigger = join(root, 'fails-now');
      const writer = runWriter(path, { env: { LD_PRELOAD: shim, HOLDFAST_TEST_FSYNC_FAILS: trigger } });
      await until(() => writer.acknowledged() > 20);
      writeFileSync(trigger, '');
      expect(await writer.ended).toBe(1);
      expect(writer.output()).toMatch(/failed STORE_WRITE_FAILED .*Input\/output error/);
      rmSync(trigger);
      await checkEverythingAcknowledged(path, writer.acknowledged());
    },
  );

  test.skipIf(!haveSmallDisk)(
    'that is full is reported, and what was acknowledged is still there',
    async () => {
      try {
        const path = join(small, 'store');
        const writer = runWriter(path);
        expect(await writer.ended).toBe(1);
        expect(writer.output()).toMatch(/failed STORE_WRITE_FAILED .*No space left on device/);
        const acknowledged = writer.acknowledged();
        expect(acknowledged).toBeGreaterThan(20);
        // Opening needs a little room for a new log; on a full disk it says so instead of calling the store
        // damaged.
        const outcome = await openStore({ path }).then(
          (store) => store.close(),
          (error: HoldfastError) => error.code,
        );
        expect([undefined, 'STORE_WRITE_FAILED']).toContain(outcome);
        expect(run('mount', '-o', 'remount,size=30m', small)).toBe(true);
        await checkEverythingAcknowledged(path, acknowledged);
      } finally {
        run('umount', small);
      }
    },
  );

  test('that falls too far behind is a failed write', async () => {
    const store = await openStore({ path: join(root, 'slow'), maxQueuedBytes: 10_000 });
    const writes = Array.from({ length: 5 }, () =>
      store.write([{ op: 'put', key: 'a', value: 'x'.repeat(4000) }]),
    );
    const results = await Promise.allSettled(writes);
    expect(results.some((result) => result.status === 'rejected')).toBe(true);
    await expect(store.write([])).rejects.toBeInstanceOf(HoldfastError);
    await store.close();
  });
});
