import type { Snapshot } from './entry.ts';
import type { Message, OutboundMessage } from './message.ts';
import type { PersistBatch } from './persistent-state.ts';
import type { ReplicatedLog } from './replicated-log.ts';

interface WrittenTo {
  readonly token: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
}

interface HeldMessage extends OutboundMessage {
  readonly token: number;
}

/**
 * Rule 3, persist before promise. Collects what has to go to disk, hands it out as numbered batches, and
 * holds back each message until the batch that it depends on is known to be on disk.
 */
export class PersistQueue {
  private nextToken = 1;
  private doneToken = 0;
  private hardStateToken = 0;
  private entriesToken = 0;
  private hardStateDirty = false;
  private commitDirty = false;
  private changedFrom: number | undefined;
  private truncatedFrom: number | undefined;
  private snapshot: Snapshot | undefined;
  private replacesLog = false;
  private compactTo: number | undefined;
  private readonly written: WrittenTo[] = [];
  private held: HeldMessage[] = [];

  /** Term or vote changed: nothing leaves this member before that is on disk. */
  markHardState(): void {
    this.hardStateDirty = true;
    this.hardStateToken = this.nextToken;
  }

  /** Entries from `index` to the end of the log are new. */
  markAppended(index: number): void {
    this.changedFrom = Math.min(this.changedFrom ?? index, index);
    this.entriesToken = this.nextToken;
  }

  /** Stored entries with an index >= `index` are void. */
  markTruncated(index: number): void {
    this.truncatedFrom = Math.min(this.truncatedFrom ?? index, index);
    this.markAppended(index);
  }

  /** The leader's snapshot replaces the log. */
  markInstalled(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    this.replacesLog = true;
    this.changedFrom = undefined;
    this.truncatedFrom = undefined;
    this.compactTo = undefined;
    this.entriesToken = this.nextToken;
  }

  /** A local snapshot allows to drop entries up to `compactTo`. */
  markCompacted(snapshot: Snapshot, compactTo: number): void {
    this.snapshot = snapshot;
    this.compactTo = compactTo;
  }

  /** The commit index is worth a write of its own. Returns the token of the batch that will hold it. */
  markCommit(): number {
    this.commitDirty = true;
    return this.nextToken;
  }

  /** Whether term and vote, as they are now, are on disk. */
  get hardStateStored(): boolean {
    return this.hardStateToken <= this.doneToken;
  }

  /** Whether something waits to be written. */
  get dirty(): boolean {
    return (
      this.hardStateDirty || this.commitDirty || this.changedFrom !== undefined || this.snapshot !== undefined
    );
  }

  /**
   * Returns true when the message may go at once; else it is kept until its batch is written. Every message
   * waits for the term and vote; with `afterEntries` it also waits for the log as it is now.
   */
  mayGo(to: string, message: Message, afterEntries: boolean): boolean {
    const token = afterEntries ? Math.max(this.hardStateToken, this.entriesToken) : this.hardStateToken;
    if (token <= this.doneToken) return true;
    this.held.push({ to, message, token });
    return false;
  }

  /** Everything that changed since the last call, or undefined. */
  take(
    log: ReplicatedLog,
    term: number,
    votedFor: string | null,
    commitIndex: number,
  ): PersistBatch | undefined {
    if (!this.dirty) return undefined;
    const token = this.nextToken++;
    const from = this.changedFrom;
    const last = log.lastIndex;
    const entries =
      from === undefined || from > last
        ? []
        : log.slice(from, last, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    const batch: { -readonly [K in keyof PersistBatch]: PersistBatch[K] } = {
      token,
      replacesLog: this.replacesLog,
      entries,
      commitIndex,
      mustSync: this.hardStateDirty || this.commitDirty || from !== undefined || this.replacesLog,
    };
    if (this.hardStateDirty) batch.hardState = { term, votedFor };
    if (this.snapshot !== undefined) batch.snapshot = this.snapshot;
    if (this.truncatedFrom !== undefined) batch.truncateFrom = this.truncatedFrom;
    if (this.compactTo !== undefined) batch.compactTo = this.compactTo;
    if (from !== undefined || this.replacesLog) {
      this.written.push({ token, lastIndex: last, lastTerm: log.lastTerm });
    }
    this.hardStateDirty = false;
    this.commitDirty = false;
    this.changedFrom = undefined;
    this.truncatedFrom = undefined;
    this.snapshot = undefined;
    this.replacesLog = false;
    this.compactTo = undefined;
    return batch;
  }

  /**
   * Batches up to `token` are on disk: moves the log's stable index on and releases messages into
   * `released`.
   */
  done(token: number, log: ReplicatedLog, released: OutboundMessage[]): void {
    if (token <= this.doneToken) return;
    this.doneToken = token;
    let head = this.written[0];
    while (head !== undefined && head.token <= token) {
      // A tail that was replaced in the meantime is not in the log any more; its successor has a batch of
      // its own.
      if (log.termAt(head.lastIndex) === head.lastTerm && head.lastIndex > log.stableIndex) {
        log.stableIndex = head.lastIndex;
      }
      this.written.shift();
      head = this.written[0];
    }
    if (this.held.length === 0) return;
    const waiting: HeldMessage[] = [];
    for (const message of this.held) {
      if (message.token <= token) released.push({ to: message.to, message: message.message });
      else waiting.push(message);
    }
    this.held = waiting;
  }

  /** The token that the newest entries wait for; see `installedToken` in the core. */
  get newestEntriesToken(): number {
    return this.entriesToken;
  }

  /** Whether everything up to `token` is on disk. */
  isDone(token: number): boolean {
    return token <= this.doneToken;
  }
}
