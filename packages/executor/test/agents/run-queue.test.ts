import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RunQueue } from '../../src/agents/run-queue.ts';

interface Run {
  readonly id: number;
  readonly key?: string;
  readonly recurring: boolean;
}

test('recurring runs let the others go first, and runs of one key keep their order', () => {
  const queue = new RunQueue<Run>({ maxParallel: 2 });
  const runs: Run[] = [
    { id: 1, key: 'a', recurring: true },
    { id: 2, key: 'a', recurring: false },
    { id: 3, key: 'b', recurring: false },
    { id: 4, recurring: false },
  ];
  for (const run of runs) queue.push(run);
  expect(queue.take()?.id).toBe(3);
  expect(queue.take()?.id).toBe(4);
  expect(queue.take()).toBeUndefined();
  queue.release(runs[3]!);
  expect(queue.take()?.id).toBe(1);
  queue.release(runs[2]!);
  expect(queue.take()).toBeUndefined();
  queue.release(runs[0]!);
  expect(queue.take()?.id).toBe(2);
  expect(queue.length).toBe(0);
});

test('every run goes once, never two of one key nor too many at once', () => {
  const run = fc.record({ key: fc.option(fc.constantFrom('a', 'b', 'c')), recurring: fc.boolean() });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (specs, maxParallel) => {
      const queue = new RunQueue<Run>({ maxParallel });
      const ran: number[] = [];
      const lastOfKey = new Map<string, number>();
      let running: Run[] = [];
      for (const [id, { key, recurring }] of specs.entries()) {
        queue.push({ id, recurring, ...(key === null ? {} : { key }) });
      }
      while (ran.length < specs.length) {
        for (let next = queue.take(); next !== undefined; next = queue.take()) {
          running.push(next);
          ran.push(next.id);
          if (next.key === undefined) continue;
          if ((lastOfKey.get(next.key) ?? -1) > next.id) return false;
          lastOfKey.set(next.key, next.id);
        }
        const keys = running.flatMap((each) => each.key ?? []);
        if (running.length === 0 || running.length > maxParallel || new Set(keys).size < keys.length)
          return false;
        queue.release(running[0]!);
        running = running.slice(1);
      }
      return new Set(ran).size === specs.length;
    }),
  );
});
