import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openStore } from '../src/index.ts';
import { runWriter, until } from './run-writer.ts';
import { scratchDirectory } from './scratch-store.ts';

const ROUNDS = 12;

describe('a writer killed with SIGKILL', () => {
  test(`leaves every acknowledged write behind, ${ROUNDS} times on one store`, {
    timeout: 120_000,
  }, async () => {
    const path = join(scratchDirectory(), 'store');
    let reached = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const writer = runWriter(path);
      await until(() => writer.acknowledged() > reached);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
      writer.child.kill('SIGKILL');
      await writer.ended;
      const acknowledged = writer.acknowledged();
      expect(acknowledged, writer.output().slice(-200)).toBeGreaterThan(reached);

      const store = await openStore({ path });
      const { entries, records } = await store.load();
      await store.close();
      expect(entries.length).toBeGreaterThanOrEqual(acknowledged);
      entries.forEach((entry, at) => {
        expect(entry.index).toBe(at + 1);
        expect(String(entry.payload).startsWith(`${entry.index} `)).toBe(true);
      });
      const newest = entries.length;
      for (let index = Math.max(1, newest - 9); index <= newest; index += 1) {
        expect(records.get(`record-${index % 10}`)).toBe(index);
      }
      reached = newest;
    }
  });
});
