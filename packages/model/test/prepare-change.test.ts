import { describe, expect, test } from 'vitest';
import {
  applyChange,
  type ConfigurationChange,
  changeFromJson,
  EMPTY_REVISIONED_CONFIGURATION,
  HoldfastError,
  OPERATIONS_PER_SLICE,
  prepareChange,
} from '../src/index.ts';

const put = (id: string) => ({
  kind: 'put',
  entity: {
    kind: 'options',
    value: { id, rules: [], pairs: [{ id: `${id}-x`, name: 'cluster-name', value: 'x' }] },
  },
});

function prepared(json: unknown): { slices: number; change: ConfigurationChange } {
  const work = prepareChange(json);
  for (let slices = 1; ; slices++) {
    const { done, value } = work.next();
    if (done) return { slices, change: value };
  }
}

describe('reading a change in slices', () => {
  const json = { operations: Array.from({ length: 5 * OPERATIONS_PER_SLICE }, (_, at) => put(`o${at}`)) };

  test('gives what reading it at once gives, and so does applying it', () => {
    const { slices, change } = prepared(json);
    expect(slices).toBe(5);
    expect(change).toEqual(changeFromJson(json));
    const one = applyChange(EMPTY_REVISIONED_CONFIGURATION, change);
    const other = applyChange(EMPTY_REVISIONED_CONFIGURATION, changeFromJson(json));
    expect(one).not.toBeInstanceOf(HoldfastError);
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });

  test('what is wrong is told in the same words', () => {
    const wrong: unknown[] = [
      { operations: [...json.operations, { kind: 'put', entity: { kind: 'options', value: { id: 7 } } }] },
      { operations: [...json.operations, { kind: 'neither' }] },
      { operations: json.operations, more: 1 },
      { operations: 'none' },
      null,
      7,
    ];
    const problemOf = (read: () => unknown) => {
      try {
        read();
      } catch (error) {
        return (error as HoldfastError).details.problem;
      }
      return 'nothing';
    };
    for (const each of wrong) {
      expect(problemOf(() => prepared(each))).toBe(problemOf(() => changeFromJson(each)));
    }
  });

  test('errors of entities are found whether it was read in slices or not', () => {
    const bad = { operations: [...json.operations, put('o 1!')] };
    const one = applyChange(EMPTY_REVISIONED_CONFIGURATION, prepared(bad).change) as HoldfastError;
    const other = applyChange(EMPTY_REVISIONED_CONFIGURATION, changeFromJson(bad)) as HoldfastError;
    expect(one.code).toBe('CONFIG_INVALID');
    expect(one.details).toEqual(other.details);
  });
});
