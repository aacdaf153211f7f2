import { assert } from '@holdfast/ports';
import type { Entry, Snapshot } from './entry.ts';
import type { Members } from './quorum/voters.ts';

/** A member list and the index of the entry that set it. */
export interface MembersAt {
  readonly index: number;
  readonly members: Members;
  /** Why it was set; see `MembersChangeNote`. */
  readonly reason: string;
}

const noMembers: MembersAt = { index: 0, members: { voters: [], learners: [] }, reason: 'none' };

/**
 * The log in memory: a snapshot and the consecutive entries after (or, kept for slow members, partly
 * before) it. Knows which member list is in force at its end, and how much of it is on disk.
 */
export class ReplicatedLog {
  snapshot: Snapshot | undefined;
  /** Everything up to here is on this member's disk. */
  stableIndex = 0;
  private entries: Entry[] = [];
  /** The position before the first kept entry. */
  private baseIndex = 0;
  private baseTerm = 0;
  private lists: MembersAt[] = [];

  /** Takes over what was on disk. */
  constructor(snapshot: Snapshot | undefined, entries: readonly Entry[]) {
    const first = entries[0];
    this.snapshot = snapshot;
    if (snapshot !== undefined) {
      this.lists.push({ index: snapshot.index, members: snapshot.members, reason: 'snapshot' });
      assert(first === undefined || first.index <= snapshot.index + 1, 'the log continues its snapshot', {
        snapshotIndex: snapshot.index,
        firstIndex: first?.index,
      });
    } else {
      assert(first === undefined || first.index === 1, 'a log without a snapshot begins at 1', {
        firstIndex: first?.index,
      });
    }
    if (snapshot !== undefined && (first === undefined || first.index === snapshot.index + 1)) {
      this.baseIndex = snapshot.index;
      this.baseTerm = snapshot.term;
    } else if (first !== undefined && first.index > 1) {
      // The term before the first kept entry is not known; that entry itself becomes the base.
      this.baseIndex = first.index;
      this.baseTerm = first.term;
      entries = entries.slice(1);
    }
    for (const entry of entries) this.append(entry);
    assert(this.lastIndex >= (snapshot?.index ?? 0), 'the log reaches its snapshot');
    assert(snapshot === undefined || this.termAt(snapshot.index) === snapshot.term, 'log and snapshot agree');
    this.stableIndex = this.lastIndex;
  }

  get firstIndex(): number {
    return this.baseIndex + 1;
  }

  get lastIndex(): number {
    return this.baseIndex + this.entries.length;
  }

  get lastTerm(): number {
    return this.entries.at(-1)?.term ?? this.baseTerm;
  }

  /** Entries in memory. */
  get length(): number {
    return this.entries.length;
  }

  /** The list in force at the end of the log; empty on a member that was never told. */
  get members(): MembersAt {
    return this.lists.at(-1) ?? noMembers;
  }

  /** The list in force at `index`, which must not lie before the snapshot or the newest committed list. */
  membersAt(index: number): MembersAt {
    for (let at = this.lists.length - 1; at >= 0; at--) {
      const list = this.lists[at];
      if (list !== undefined && list.index <= index) return list;
    }
    return noMembers;
  }

  /** Undefined where the log has nothing (any more). */
  termAt(index: number): number | undefined {
    if (index === this.baseIndex) return this.baseTerm;
    return this.entries[index - this.baseIndex - 1]?.term;
  }

  entryAt(index: number): Entry | undefined {
    return this.entries[index - this.baseIndex - 1];
  }

  /** Entries from `from` up to `to` (inclusive) within the limits; the first one is always included. */
  slice(from: number, to: number, maxEntries: number, maxBytes: number): Entry[] {
    assert(from > this.baseIndex, 'entries before the kept log were asked for', {
      from,
      base: this.baseIndex,
    });
    const start = from - this.baseIndex - 1;
    const limit = Math.min(to - this.baseIndex, this.entries.length, start + maxEntries);
    let end = start;
    let bytes = 0;
    while (end < limit) {
      bytes += this.entries[end]?.bytes ?? 0;
      if (bytes > maxBytes && end > start) break;
      end++;
    }
    return this.entries.slice(start, end);
  }

  append(entry: Entry): void {
    assert(entry.index === this.lastIndex + 1, 'the log has no holes', {
      index: entry.index,
      lastIndex: this.lastIndex,
    });
    assert(entry.term >= this.lastTerm, 'terms never go back', { term: entry.term, lastTerm: this.lastTerm });
    this.entries.push(entry);
    if (entry.kind === 'voters' && entry.index > this.members.index) {
      const { members, note } = entry.payload;
      this.lists.push({ index: entry.index, members, reason: note.reason });
    }
  }

  /** Drops every entry with an index >= `index`; the member list goes back to the one before. */
  truncateFrom(index: number): void {
    assert(index > this.baseIndex, 'only the tail is dropped', { index, base: this.baseIndex });
    this.entries.length = Math.min(this.entries.length, index - this.baseIndex - 1);
    while (this.members.index >= index && this.lists.length > 0) this.lists.pop();
    this.stableIndex = Math.min(this.stableIndex, index - 1);
  }

  /** Makes `snapshot` the newest one and forgets entries up to `keepAfter` (at most the snapshot's index). */
  compact(snapshot: Snapshot, keepAfter: number): void {
    const term = this.termAt(keepAfter);
    assert(term !== undefined && keepAfter <= snapshot.index, 'compaction stays inside the log', {
      keepAfter,
    });
    this.entries.splice(0, keepAfter - this.baseIndex);
    this.baseIndex = keepAfter;
    this.baseTerm = term;
    this.snapshot = snapshot;
    const current = this.membersAt(snapshot.index);
    this.lists = this.lists.filter((list) => list.index >= current.index);
  }

  /** Forgets everything and starts after a snapshot of the leader, which is not on disk yet. */
  reset(snapshot: Snapshot): void {
    this.entries = [];
    this.baseIndex = snapshot.index;
    this.baseTerm = snapshot.term;
    this.snapshot = snapshot;
    this.lists = [{ index: snapshot.index, members: snapshot.members, reason: 'snapshot' }];
    this.stableIndex = 0;
  }

  /** Whether a log that ends at (`term`, `index`) has at least everything that this one has. */
  isUpToDate(term: number, index: number): boolean {
    return term > this.lastTerm || (term === this.lastTerm && index >= this.lastIndex);
  }

  /** The last index <= `index` whose term is <= `term`: where two differing logs may agree again. */
  lastIndexWithTermAtMost(term: number, index: number): number {
    let at = Math.min(index, this.lastIndex);
    while (at > this.baseIndex && (this.termAt(at) ?? 0) > term) at--;
    return at;
  }
}
