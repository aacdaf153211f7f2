import { runSeed } from '@holdfast/simulator';
import { describe, expect, it } from 'vitest';
import { computePolicy } from './compute-policy.ts';

const run = (seed: number, options: { codec?: boolean; traceLines?: number } = {}) =>
  runSeed({ seed, computePolicy, minutes: 4, allFaults: true, ...options });

describe('replay of a seed', () => {
  it.each([1, 2, 3])('seed %i tells the same story twice, whether its lines are kept or not', (seed) => {
    const first = run(seed);
    const second = run(seed, { traceLines: 100 });
    expect(first.findings).toEqual([]);
    expect(second.digest).toBe(first.digest);
    expect(second.events).toBe(first.events);
  });

  it('different seeds tell different stories', () => {
    expect(run(4).digest).not.toBe(run(5).digest);
  });

  it.each([6, 7, 8])('seed %i does not change when everything goes through bytes and JSON', (seed) => {
    const plain = run(seed, { codec: false });
    const coded = run(seed, { codec: true });
    expect(coded.findings).toEqual([]);
    expect(coded.digest).toBe(plain.digest);
  });
});
