import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore } from '../src/index.ts';
import { runWriter, until } from './run-writer.ts';
import { scratchDirectory } from './scratch-store.ts';

describe('the lock of a store', () => {
  test('refuses a second open in the same process and keeps the first one usable', async () => {
    const path = join(scratchDirectory(), 'store');
    const store = await openStore({ path });
    await expect(openStore({ path })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await expect(openStore({ path: join(path, '.') })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    const other = await runWriter(path, { limit: 1 });
    expect(await other.ended).toBe(1);
    expect(other.output()).toContain('failed STORE_LOCKED');
    await store.write([{ op: 'put', key: 'a', value: 1 }]);
    await store.close();
    const again = await openStore({ path });
    expect((await again.load()).records.get('a')).toBe(1);
    await again.close();
  });

  test('refuses an open while another process holds it, and gives way once that one is killed', async () => {
    const path = join(scratchDirectory(), 'store');
    const writer = runWriter(path);
    await until(() => writer.acknowledged() > 0);
    await expect(openStore({ path })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    writer.child.kill('SIGKILL');
    await writer.ended;
    const store = await openStore({ path });
    await store.close();
  });

  test('of a dead process, of a reused process number or half written does not stay', async () => {
    const path = join(scratchDirectory(), 'store');
    mkdirSync(path);
    const dead = spawnSync(process.execPath, ['-e', '0']).pid;
    for (const owner of [
      JSON.stringify({ pid: dead, startTime: 'x' }),
      JSON.stringify({ pid: 1, startTime: 'of an earlier process 1' }),
      JSON.stringify({ pid: process.pid, startTime: 'x' }),
      '{"pi',
      '',
    ]) {
      writeFileSync(join(path, 'lock'), owner);
      const store = await openStore({ path });
      await store.close();
    }
  });
});
