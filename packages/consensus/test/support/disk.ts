import type { PersistBatch, PersistentState } from '../../src/index.ts';

/** A disk that writes batches in order; a crash loses what was not finished. */
export class Disk {
  state: PersistentState;
  private waiting: PersistBatch[] = [];

  constructor(state: PersistentState) {
    this.state = state;
  }

  get pending(): readonly PersistBatch[] {
    return this.waiting;
  }

  submit(batch: PersistBatch): void {
    this.waiting.push(batch);
  }

  /** Finishes the oldest batch; its token, or undefined when idle. */
  finishOne(): number | undefined {
    const batch = this.waiting.shift();
    if (batch === undefined) return undefined;
    this.state = applyBatch(this.state, batch);
    return batch.token;
  }

  /** Keeps the first `surviving` of the unfinished batches, as a disk may that was about to answer. */
  crash(surviving = 0): void {
    for (let at = 0; at < surviving; at++) this.finishOne();
    this.waiting = [];
  }
}

/** What a store does with a batch. */
export function applyBatch(state: PersistentState, batch: PersistBatch): PersistentState {
  let entries = batch.replacesLog ? [] : [...state.entries];
  const { truncateFrom, compactTo } = batch;
  if (truncateFrom !== undefined) entries = entries.filter(({ index }) => index < truncateFrom);
  entries.push(...batch.entries);
  if (compactTo !== undefined) entries = entries.filter(({ index }) => index > compactTo);
  return {
    term: batch.hardState?.term ?? state.term,
    votedFor: batch.hardState === undefined ? state.votedFor : batch.hardState.votedFor,
    snapshot: batch.snapshot ?? state.snapshot,
    entries,
    commitIndex: Math.max(state.commitIndex, batch.commitIndex),
  };
}
