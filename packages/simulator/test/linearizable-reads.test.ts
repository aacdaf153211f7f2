import { describe, expect, it } from 'vitest';
import { AcknowledgedWritesChecker } from '../src/checkers/s3-acknowledged-survives.ts';

function checked() {
  const findings: string[] = [];
  const checker = new AcknowledgedWritesChecker((name) => findings.push(name));
  for (const key of ['a', 'b']) for (const value of [1, 2]) checker.attempt(key, value);
  const read = (floor: ReturnType<typeof checker.floor>, a: number, b: number) => {
    checker.read('n1', floor, new Map(Object.entries({ a, b }).filter(([, value]) => value > 0)));
    return findings.splice(0);
  };
  return { checker, read };
}

describe('S3 and S4: reads', () => {
  it('return what was acknowledged before they began', () => {
    const { checker, read } = checked();
    const early = checker.floor();
    checker.acknowledge('a', 1);
    expect(read(early, 0, 0)).toEqual([]);
    expect(read(checker.floor(), 0, 0)).toEqual(['S3-acknowledged-survives']);
  });

  it('may return what was not acknowledged, but not less after that', () => {
    const { checker, read } = checked();
    const early = checker.floor();
    expect(read(early, 1, 0)).toEqual([]);
    expect(read(early, 0, 0)).toEqual([]);
    expect(read(checker.floor(), 0, 0)).toEqual(['S4-linearizable']);
  });

  it('return nothing that nobody wrote', () => {
    const { checker, read } = checked();
    expect(read(checker.floor(), 3, 0)).toEqual(['S4-linearizable']);
  });

  it('see the writes in one order, also while they overlap', () => {
    const { checker, read } = checked();
    const early = checker.floor();
    expect(read(early, 1, 0)).toEqual([]);
    expect(read(early, 0, 1)).toEqual(['S4-linearizable']);
    expect(read(early, 1, 1)).toEqual([]);
  });
});
