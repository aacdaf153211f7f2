import { describe, expect, test } from 'vitest';
import { chaos } from './chaos.ts';

const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);

describe('random faults, then peace', () => {
  test.each(SEEDS)('S1, S5, S6 and L1 hold with three members, seed %i', (seed) => {
    expect(chaos(seed, 3, 40_000).problems).toEqual([]);
  });

  test.each(SEEDS.slice(0, 4))('and with five members, seed %i', (seed) => {
    expect(chaos(seed, 5, 40_000).problems).toEqual([]);
  });
});
