import type { StoredEntry } from '@holdfast/ports';
import { assert } from '@holdfast/ports';
import {
  type Entry,
  type MembersChangeNote,
  type Snapshot,
  smallEntryBytes,
  type VotersPayload,
} from './entry.ts';
import { findVoter, type Members, makeMembers } from './quorum/voters.ts';

/** What a member must remember over a restart (rule 3). JSON. */
export interface PersistentState {
  readonly term: number;
  /** Whom this member voted for in `term`. */
  readonly votedFor: string | null;
  readonly snapshot: Snapshot | null;
  /** Consecutive; may begin before the snapshot's end. */
  readonly entries: readonly StoredEntry[];
  /**
   * A lower bound of what is known to be committed. Must not be lost: it tells that an older member list
   * does not count any more.
   */
  readonly commitIndex: number;
}

/** Something to write to disk, in this order, as one atomic and synced batch. */
export interface PersistBatch {
  /** Goes back through `persisted(token)`. Batches are written in order of their tokens. */
  readonly token: number;
  /** Term and vote, when they changed. */
  readonly hardState?: { readonly term: number; readonly votedFor: string | null };
  /** A new snapshot; with `replacesLog` it came from the leader and every stored entry is to be deleted. */
  readonly snapshot?: Snapshot;
  readonly replacesLog: boolean;
  /** Delete stored entries with an index >= this. */
  readonly truncateFrom?: number;
  /** Then append these. */
  readonly entries: readonly Entry[];
  /** Delete stored entries with an index <= this. */
  readonly compactTo?: number;
  /** Store it with every batch that has `mustSync`. */
  readonly commitIndex: number;
  /** False when nothing is promised by this batch (log compaction), so that it need not be synced. */
  readonly mustSync: boolean;
}

/** A member that has never been part of a cluster: no vote, waits for a leader to find it. */
export function emptyState(): PersistentState {
  return { term: 0, votedFor: null, snapshot: null, entries: [], commitIndex: 0 };
}

/**
 * The first state of a new cluster (rule 1). Exactly one member is started with it, usually as
 * `[voter(self)]`; the others join with `emptyState()`. Tests and simulations may start several members
 * with the same list.
 */
export function bootstrapState(members: Members): PersistentState {
  const payload: VotersPayload = { members, note: { reason: 'bootstrap' } };
  const entry: Entry = { index: 1, term: 1, kind: 'voters', payload, bytes: smallEntryBytes };
  return { term: 1, votedFor: null, snapshot: null, entries: [entry], commitIndex: 1 };
}

/** What an operator decided when a majority is gone for good (rule 10). */
export interface ForcedRecovery {
  /** The one member that goes on; must be the one whose state this is. */
  readonly survivor: string;
  /** The new epoch of the cluster identity; the caller refuses messages of older ones. */
  readonly epoch: number;
  /** Person and reason, for the audit record (S11). */
  readonly operator: string;
  readonly reason: string;
}

/**
 * Rule 10: makes the survivor the only voter, on its persisted state, while it is not running. Acknowledged
 * writes that never reached the survivor are lost; the entry written here says so for ever. All other
 * members are out: they may return as wiped learners only, which the caller enforces through the epoch.
 *
 * @throws AssertionFailure when the survivor is not a voter in this state
 */
export function forceRecovery(state: PersistentState, decision: ForcedRecovery): PersistentState {
  const entries = state.entries.map(toEntry);
  const last = entries.at(-1);
  const lastIndex = last?.index ?? state.snapshot?.index ?? 0;
  const before = newestMembers(state);
  const survivor = findVoter(before, decision.survivor);
  assert(survivor !== undefined, 'the survivor had a vote', { survivor: decision.survivor });
  const barred = [...before.voters.map(({ name }) => name), ...before.learners].filter(
    (name) => name !== decision.survivor,
  );
  const term = state.term + 1;
  const note: MembersChangeNote = {
    reason: 'forced',
    member: decision.survivor,
    details: { ...decision, barred, commitIndex: state.commitIndex, lastIndex, possibleLoss: true },
  };
  const members = makeMembers([{ ...survivor, weight: 1, witness: false }]);
  const entry: Entry = {
    index: lastIndex + 1,
    term,
    kind: 'voters',
    payload: { members, note },
    bytes: smallEntryBytes,
  };
  return { ...state, term, votedFor: decision.survivor, entries: [...entries, entry] };
}

/** Turns a stored entry into a typed one; entries written by us carry their size already. */
export function toEntry(stored: StoredEntry): Entry {
  const known = (stored as Partial<Entry>).bytes;
  const bytes = known ?? Math.max(smallEntryBytes, JSON.stringify(stored.payload ?? null).length);
  const { index, term } = stored;
  assert(
    Number.isSafeInteger(index) && index >= 1 && Number.isSafeInteger(term) && term >= 1,
    'entry position',
    {
      index,
      term,
    },
  );
  if (stored.kind === 'noop') return { index, term, bytes, kind: 'noop', payload: null };
  if (stored.kind === 'command') return { index, term, bytes, kind: 'command', payload: stored.payload };
  const payload = stored.payload as Partial<VotersPayload> | null;
  assert(payload?.members !== undefined && payload.note !== undefined, 'a voters entry carries members', {
    index,
  });
  const members = makeMembers(payload.members.voters, payload.members.learners);
  return { index, term, bytes, kind: 'voters', payload: { members, note: payload.note } };
}

/** The member list in force at the end of a stored log. */
export function newestMembers({ snapshot, entries }: PersistentState): Members {
  for (let at = entries.length - 1; at >= 0; at--) {
    const stored = entries[at];
    if (stored?.kind === 'voters') return (stored.payload as VotersPayload).members;
  }
  return snapshot?.members ?? { voters: [], learners: [] };
}
