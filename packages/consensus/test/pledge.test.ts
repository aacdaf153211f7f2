import { describe, expect, it } from 'vitest';
import {
  emptyState,
  joinPledges,
  makeMembers,
  type PersistentState,
  type Pledge,
  voter,
} from '../src/index.ts';
import { toEntry } from '../src/persistent-state.ts';
import { forgottenOf, startPosition } from '../src/pledge.ts';
import { ReplicatedLog } from '../src/replicated-log.ts';

const members = makeMembers(['a', 'b', 'c'].map((name) => voter(name)));
const note = { reason: 'bootstrap' };

/** A store in which entries have these terms. */
function store(term: number, votedFor: string | null, ...terms: number[]): PersistentState {
  const entries = terms.map((entryTerm, at) =>
    at === 0
      ? { index: 1, term: entryTerm, kind: 'voters' as const, payload: { members, note } }
      : { index: at + 1, term: entryTerm, kind: 'noop' as const, payload: null },
  );
  return { ...emptyState(), term, votedFor, entries };
}

function forgotten(state: PersistentState, pledge: Pledge): string | undefined {
  const log = new ReplicatedLog(state.snapshot ?? undefined, state.entries.map(toEntry));
  return forgottenOf(startPosition(state, log), pledge);
}

const pledge: Pledge = { term: 4, votedFor: 'b', index: 3, entryTerm: 4 };

describe('what a store has forgotten (rule 16)', () => {
  it('is nothing when it holds what was promised, or more', () => {
    expect(forgotten(store(4, 'b', 1, 2, 4), pledge)).toBeUndefined();
    expect(forgotten(store(4, 'b', 1, 2, 4, 4), pledge)).toBeUndefined();
  });

  it('is nothing in a newer term, which released it from what it had promised', () => {
    expect(forgotten(store(5, null, 1, 2), pledge)).toBeUndefined();
  });

  it('is a term', () => expect(forgotten(store(3, 'b', 1, 2, 3), pledge)).toMatch(/term 4/));

  it('is a vote, or whom it was for', () => {
    expect(forgotten(store(4, null, 1, 2, 4), pledge)).toMatch(/voted for b/);
    expect(forgotten(store(4, 'c', 1, 2, 4), pledge)).toMatch(/voted for b/);
  });

  it('is an entry at the end', () => expect(forgotten(store(4, 'b', 1, 2), pledge)).toMatch(/entry 3/));

  it('is an entry in whose place there is another one', () => {
    expect(forgotten(store(4, 'b', 1, 2, 3, 3), pledge)).toMatch(/another entry 3/);
  });

  it('is nothing where nobody knows which entry it was', () => {
    expect(forgotten(store(4, 'b', 1, 2, 4), { ...pledge, entryTerm: 0 })).toBeUndefined();
    expect(forgotten(store(4, 'b', 1, 2), { ...pledge, entryTerm: 0 })).toMatch(/entry 3/);
  });

  it('is nothing that a snapshot holds', () => {
    const snapshot = { index: 3, term: 4, members, data: '' };
    const state = { ...store(4, 'b'), snapshot, commitIndex: 3 };
    expect(forgotten(state, { ...pledge, index: 2, entryTerm: 2 })).toBeUndefined();
    expect(forgotten(state, { ...pledge, index: 4 })).toMatch(/entry 4/);
  });
});

describe('two pledges of one member', () => {
  it('of different terms: the newer one', () => {
    const newer = { term: 5, votedFor: null, index: 0, entryTerm: 0 };
    expect(joinPledges(pledge, newer)).toBe(newer);
    expect(joinPledges(newer, pledge)).toBe(newer);
  });

  it('of one term: the vote that was given and the further position', () => {
    const further = { term: 4, votedFor: null, index: 7, entryTerm: 4 };
    const both = { term: 4, votedFor: 'b', index: 7, entryTerm: 4 };
    expect(joinPledges(pledge, further)).toEqual(both);
    expect(joinPledges(further, pledge)).toEqual(both);
    expect(joinPledges(both, pledge)).toBe(both);
  });
});
