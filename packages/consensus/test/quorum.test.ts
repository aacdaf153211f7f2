import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isExactlyHalf,
  isMajority,
  majorityValue,
  majorityWeight,
  makeMembers,
  tally,
  totalWeight,
  type Voter,
  voter,
  weightOf,
} from '../src/index.ts';

const voters = fc
  .array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 9 })
  .map((weights): Voter[] => weights.map((weight, at) => voter(`n${at}`, weight)));
const votersAndTwoSets = voters.chain((list) => {
  const set = fc.subarray(list.map(({ name }) => name)).map((names) => new Set(names));
  return fc.tuple(fc.constant(list), set, set);
});

describe('quorum', () => {
  it('any two majorities share a voter (rule 2)', () => {
    fc.assert(
      fc.property(votersAndTwoSets, ([list, one, other]) => {
        fc.pre(isMajority(list, (name) => one.has(name)) && isMajority(list, (name) => other.has(name)));
        expect([...one].some((name) => other.has(name))).toBe(true);
      }),
    );
  });

  it('a majority of a list and one of the list with one vote more or less share a voter (rule 4)', () => {
    fc.assert(
      fc.property(votersAndTwoSets, fc.boolean(), ([list, one, other], joins) => {
        const larger = [...list, voter('new')];
        const inOther = (name: string) => other.has(name) || (name === 'new' && joins);
        fc.pre(isMajority(list, (name) => one.has(name)) && isMajority(larger, inOther));
        expect([...one].some((name) => other.has(name))).toBe(true);
      }),
    );
  });

  it('a set and the rest are never both a majority, and half is one only for neither', () => {
    fc.assert(
      fc.property(votersAndTwoSets, ([list, set]) => {
        const inside = isMajority(list, (name) => set.has(name));
        const outside = isMajority(list, (name) => !set.has(name));
        const half = isExactlyHalf(list, (name) => set.has(name));
        expect([inside, outside, half].filter(Boolean).length).toBe(1);
      }),
    );
  });

  it('counts a vote like a set', () => {
    fc.assert(
      fc.property(votersAndTwoSets, ([list, yes, answered]) => {
        const vote = (name: string) => (yes.has(name) ? true : answered.has(name) ? false : undefined);
        const needed = majorityWeight(list);
        const granted = weightOf(list, (name) => vote(name) === true);
        const refused = weightOf(list, (name) => vote(name) === false);
        const expected =
          granted >= needed ? 'won' : totalWeight(list) - refused < needed ? 'lost' : 'pending';
        expect(tally(list, vote)).toBe(expected);
      }),
    );
  });

  it('finds the highest value that a majority has reached', () => {
    fc.assert(
      fc.property(
        voters,
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 9, maxLength: 9 }),
        (list, values) => {
          const reached = (name: string) => values[Number(name.slice(1))] ?? 0;
          const value = majorityValue(list, reached);
          expect(isMajority(list, (name) => reached(name) >= value)).toBe(true);
          expect(isMajority(list, (name) => reached(name) > value)).toBe(false);
        },
      ),
    );
  });

  it('decides nothing without voters', () => {
    expect(isMajority([], () => true)).toBe(false);
    expect(tally([], () => true)).toBe('lost');
    expect(majorityValue([], () => 1)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('refuses lists that name a member twice or weigh nothing', () => {
    expect(() => makeMembers([voter('a'), voter('a')])).toThrow('listed once');
    expect(() => makeMembers([voter('a')], ['a'])).toThrow('listed once');
    expect(() => makeMembers([voter('a', 0)])).toThrow('above 0');
    expect(makeMembers([voter('b'), voter('a')], ['d', 'c'])).toEqual(
      makeMembers([voter('a'), voter('b')], ['c', 'd']),
    );
  });
});
