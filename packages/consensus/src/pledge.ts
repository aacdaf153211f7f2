import type { Core } from './core.ts';
import type { PersistentState } from './persistent-state.ts';
import type { ReplicatedLog } from './replicated-log.ts';

/**
 * What a member has told others is on its disk: its vote in `term`, and that its log equals that of the leader of
 * `term` up to `index`, where the entry has the term `entryTerm` (0: not known). A majority may rest on it, so a store
 * that does not hold it any more (it was restored from an older copy) must not be counted again (rule 16).
 */
export interface Pledge {
  readonly term: number;
  readonly votedFor: string | null;
  readonly index: number;
  readonly entryTerm: number;
}

/** What this member's disk vouches for now; undefined while its term or vote are on their way to the disk. */
export function pledgeOf(core: Core): Pledge | undefined {
  if (!core.persist.hardStateStored) return undefined;
  const { log, term, votedFor, matched } = core;
  const told = core.role === 'leader' ? log.stableIndex : matched.term === term ? matched.index : 0;
  const index = Math.min(told, log.stableIndex);
  const entryTerm = log.termAt(index);
  if (entryTerm === undefined) return { term, votedFor, index: 0, entryTerm: 0 };
  return { term, votedFor, index, entryTerm };
}

/** Both together, as far as they can still be compared: within one term votes and positions only grow. */
export function joinPledges(a: Pledge, b: Pledge): Pledge {
  if (a.term !== b.term) return a.term > b.term ? a : b;
  const { index, entryTerm } = a.index >= b.index ? a : b;
  if (index === a.index && (b.votedFor === null || b.votedFor === a.votedFor)) return a;
  return { term: a.term, votedFor: a.votedFor ?? b.votedFor, index, entryTerm };
}

/** Where a store stood when its member started. */
export interface StartPosition {
  readonly term: number;
  readonly votedFor: string | null;
  readonly baseIndex: number;
  readonly lastIndex: number;
  /** First index and term of each run of entries with one term, in order. */
  readonly runs: readonly (readonly [number, number])[];
}

export function startPosition({ term, votedFor }: PersistentState, log: ReplicatedLog): StartPosition {
  const runs: [number, number][] = [];
  for (let index = log.firstIndex; index <= log.lastIndex; index++) {
    const entryTerm = log.termAt(index) ?? 0;
    if (runs.at(-1)?.[1] !== entryTerm) runs.push([index, entryTerm]);
  }
  return { term, votedFor, baseIndex: log.firstIndex - 1, lastIndex: log.lastIndex, runs };
}

/**
 * What of a pledge, given by an earlier life of this member, its store did not hold when this life began; undefined
 * when nothing is missing. In a newer term than the pledge's the member was released from it.
 */
export function forgottenOf(position: StartPosition, pledge: Pledge): string | undefined {
  if (pledge.term < position.term) return undefined;
  if (pledge.term > position.term)
    return `it had entered term ${pledge.term}, the store says ${position.term}`;
  if (pledge.votedFor !== null && pledge.votedFor !== position.votedFor)
    return `it had voted for ${pledge.votedFor} in term ${pledge.term}`;
  if (pledge.index > position.lastIndex)
    return `it had acknowledged entry ${pledge.index}, the store ends at ${position.lastIndex}`;
  // What is in a snapshot was committed; nobody can have acknowledged anything else there.
  if (pledge.index <= position.baseIndex || pledge.entryTerm === 0) return undefined;
  let entryTerm = 0;
  for (const [first, term] of position.runs) if (first <= pledge.index) entryTerm = term;
  if (entryTerm === pledge.entryTerm) return undefined;
  return `it had acknowledged another entry ${pledge.index}`;
}
