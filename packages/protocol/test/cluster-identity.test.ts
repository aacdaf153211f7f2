import { describe, expect, test } from 'vitest';
import { epochOf, isBarredBy, raiseEpoch } from '../src/index.ts';

const UUID = '6f1c0f0e-5b0a-4b43-9a52-0a6a3e4f9d11';

describe('identity of a cluster', () => {
  test('each forced recovery raises its epoch', () => {
    const once = raiseEpoch(UUID);
    expect(once).toBe(`${UUID}+1`);
    expect(raiseEpoch(once)).toBe(`${UUID}+2`);
    expect([UUID, once].map(epochOf)).toEqual([0, 1]);
  });

  test('an older epoch is barred, a newer one and another cluster are not', () => {
    expect(isBarredBy(UUID, `${UUID}+1`)).toBe(true);
    expect(isBarredBy(`${UUID}+1`, `${UUID}+2`)).toBe(true);
    expect(isBarredBy(`${UUID}+1`, UUID)).toBe(false);
    expect(isBarredBy(UUID, UUID)).toBe(false);
    expect(isBarredBy('another', `${UUID}+1`)).toBe(false);
  });

  test('what is no epoch counts as none', () => {
    for (const text of ['+x', '+-1', '+1.5', '+', '+9007199254740993'])
      expect(epochOf(`${UUID}${text}`)).toBe(0);
  });
});
