import { HoldfastError } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import {
  MAX_STAGED,
  MAX_STAGED_CHARS,
  MAX_STAGED_TOGETHER_CHARS,
  StagedChanges,
} from '../src/replicated/staged-changes.ts';

const part = (...operations: unknown[]): string => JSON.stringify(operations);

function whole(staged: StagedChanges, id: string, parts: number): readonly unknown[] | string {
  const read = staged.read(id, parts);
  try {
    for (;;) {
      const { done, value } = read.next();
      if (done) return value.operations;
    }
  } catch (error) {
    return (error as HoldfastError).code;
  }
}

function codeOf(result: number | HoldfastError): string | number {
  return result instanceof HoldfastError ? result.code : result;
}

describe('parts of a change that is too large for one entry', () => {
  test('are put together in order, each read by itself', () => {
    const staged = new StagedChanges();
    expect(staged.add('a', 0, part(1, 2))).toBe(1);
    expect(staged.add('b', 0, part('x'))).toBe(1);
    expect(staged.add('a', 1, part())).toBe(2);
    expect(staged.add('a', 2, part(3))).toBe(3);
    expect(whole(staged, 'a', 3)).toEqual([1, 2, 3]);
    expect(whole(staged, 'b', 1)).toEqual(['x']);
    expect([...staged.progress()]).toEqual([
      ['a', 3],
      ['b', 1],
    ]);
  });

  test('that come again count once, as they came first', () => {
    const staged = new StagedChanges();
    staged.add('a', 0, part(1));
    staged.add('a', 1, part(2));
    expect(staged.add('a', 0, part('other'))).toBe(2);
    expect(staged.add('a', 1, part('other'))).toBe(2);
    expect(whole(staged, 'a', 2)).toEqual([1, 2]);
  });

  test('with one missing are refused, and the change is forgotten', () => {
    const staged = new StagedChanges();
    expect(codeOf(staged.add('a', 1, part(1)))).toBe('STAGED_INCOMPLETE');
    staged.add('a', 0, part(1));
    expect(codeOf(staged.add('a', 2, part(3)))).toBe('STAGED_INCOMPLETE');
    expect(staged.size).toBe(0);
    expect(whole(staged, 'a', 1)).toBe('STAGED_INCOMPLETE');
  });

  test('are not a change before, or after, all of them are there', () => {
    const staged = new StagedChanges();
    staged.add('a', 0, part(1));
    staged.add('a', 1, part(2));
    for (const parts of [0, 1, 3, Number.MAX_SAFE_INTEGER]) {
      expect(whole(staged, 'a', parts)).toBe('STAGED_INCOMPLETE');
    }
    expect(whole(staged, 'nobody', 1)).toBe('STAGED_INCOMPLETE');
  });

  test('of a change above the limit are refused, and what was there is given back', () => {
    const staged = new StagedChanges();
    const large = part('x'.repeat(MAX_STAGED_CHARS / 4));
    let taken = 0;
    while (typeof staged.add('a', taken, large) === 'number') taken++;
    expect(taken).toBe(3);
    expect(staged.size).toBe(0);
    for (let at = 0; at < 3; at++) expect(staged.add('b', at, large)).toBe(at + 1);
  });

  test('of many changes are bounded together, in number and in size', () => {
    const staged = new StagedChanges();
    for (let at = 0; at < MAX_STAGED; at++) expect(staged.add(`c${at}`, 0, part(at))).toBe(1);
    expect(codeOf(staged.add('more', 0, part(1)))).toBe('STAGE_FULL');
    expect(staged.add('c0', 1, part(1))).toBe(2);
    for (let at = 0; at < MAX_STAGED; at++) staged.drop(`c${at}`);
    const large = part('x'.repeat(MAX_STAGED_CHARS - 100));
    let taken = 0;
    while (typeof staged.add(`d${taken}`, 0, large) === 'number') taken++;
    expect(taken).toBe(Math.floor(MAX_STAGED_TOGETHER_CHARS / large.length));
    staged.drop('d0');
    expect(staged.add('again', 0, large)).toBe(1);
  });

  test('are in the snapshot', () => {
    const staged = new StagedChanges();
    staged.add('a "quoted"', 0, part({ kind: 'put', text: 'é\n"' }));
    staged.add('a "quoted"', 1, part());
    staged.add('b', 0, part(1));
    const restored = new StagedChanges();
    restored.add('old', 0, part(1));
    restored.restore(JSON.parse(staged.text()));
    expect(restored.text()).toBe(staged.text());
    expect(whole(restored, 'a "quoted"', 2)).toEqual([{ kind: 'put', text: 'é\n"' }]);
    restored.restore(undefined);
    expect(restored.size).toBe(0);
  });
});
