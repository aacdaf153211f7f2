import { join } from 'node:path';
import type { StoreOperation } from '@holdfast/ports';
import { expect, test } from 'vitest';
import { openStore } from '../src/index.ts';
import { scratchDirectory } from './scratch-store.ts';

const root = scratchDirectory();
const put = (key: string, value: unknown): StoreOperation => ({ op: 'put', key, value });
const large = (mark: string): StoreOperation[] =>
  Array.from({ length: 40 }, (_, at) => put(`large/${at}`, `${mark}${'x'.repeat(256 * 1024)}`));

async function recordsOf(path: string): Promise<ReadonlyMap<string, unknown>> {
  const store = await openStore({ path });
  const { records } = await store.load();
  await store.close();
  return records;
}

test('a batch of 10 MB is written piece by piece: others get their turn meanwhile', async () => {
  const store = await openStore({ path: join(root, 'turns') });
  let turns = 0;
  let done = false;
  const count = (): void => {
    turns += 1;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  await store.write(large('a'));
  done = true;
  expect(turns).toBeGreaterThan(30);
  await store.close();
});

test('what is written behind a large batch comes after it, and all of it is there', async () => {
  const path = join(root, 'order');
  const store = await openStore({ path });
  const order: string[] = [];
  const write = (name: string, batch: StoreOperation[]) => store.write(batch).then(() => order.push(name));
  await Promise.all([
    write('first', [put('last', 'first')]),
    write('large', [...large('a'), put('last', 'large')]),
    write('small', [put('last', 'small'), put('large/3', 'small')]),
    write('again', [...large('b').slice(0, 10), put('last', 'again')]),
    write('end', [{ op: 'delete', key: 'large/39' }, put('large/5', 'end')]),
  ]);
  expect(order).toEqual(['first', 'large', 'small', 'again', 'end']);
  await store.close();
  const records = await recordsOf(path);
  expect(records.get('last')).toBe('again');
  expect(String(records.get('large/3')).slice(0, 2)).toBe('bx');
  expect(records.get('large/5')).toBe('end');
  expect(String(records.get('large/38')).slice(0, 2)).toBe('ax');
  expect(records.has('large/39')).toBe(false);
});

test('closing waits for a large batch that was not encoded yet', async () => {
  const path = join(root, 'close');
  const store = await openStore({ path });
  const written = store.write(large('a'));
  await store.close();
  await written;
  expect((await recordsOf(path)).size).toBe(40);
});

test('a large batch that would leave a hole in the log ends all writing, also of what waits behind it', async () => {
  const path = join(root, 'hole');
  const store = await openStore({ path });
  await store.write([put('a', 1)]);
  const entry = { index: 9, term: 1, kind: 'noop', payload: null } as const;
  const hole = store.write([...large('a'), { op: 'append', entries: [entry] }]);
  const behind = store.write([put('a', 2)]);
  await expect(hole).rejects.toThrow(/without a hole/);
  await expect(behind).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
  await store.close();
  expect([...(await recordsOf(path))]).toEqual([['a', 1]]);
});
