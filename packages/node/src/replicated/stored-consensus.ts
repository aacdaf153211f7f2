import type { PersistentState, Snapshot } from '@holdfast/consensus';
import type { StoredState } from '@holdfast/ports';

/** Record of term, vote and commit index. */
export const VOTE_KEY = 'consensus/vote';
/** Record of the newest snapshot. */
export const SNAPSHOT_KEY = 'consensus/snapshot';

/** What a store holds of consensus; undefined when it never had any. */
export function readConsensus(stored: StoredState): PersistentState | undefined {
  const vote = stored.records.get(VOTE_KEY) as
    | { term: number; votedFor: string | null; commitIndex: number }
    | undefined;
  const snapshot = (stored.records.get(SNAPSHOT_KEY) as Snapshot | undefined) ?? null;
  if (!vote && stored.entries.length === 0 && !snapshot) return undefined;
  const { term, votedFor, commitIndex } = vote ?? { term: 0, votedFor: null, commitIndex: 0 };
  return { term, votedFor, commitIndex, snapshot, entries: stored.entries };
}
