import type { StoredEntry } from './log-entry.ts';

/** One durable change. A batch of them is applied in order and as a whole. */
export type StoreOperation =
  /** Sets a record; the value is JSON. */
  | { readonly op: 'put'; readonly key: string; readonly value: unknown }
  | { readonly op: 'delete'; readonly key: string }
  /**
   * Appends entries; the first one's index is the last stored index + 1, or truncation came before in the
   * batch.
   */
  | { readonly op: 'append'; readonly entries: readonly StoredEntry[] }
  /** Removes every entry with an index >= `index` (a conflicting, uncommitted tail). */
  | { readonly op: 'truncateFrom'; readonly index: number }
  /** Removes every entry with an index <= `index` (covered by a snapshot record put in the same batch). */
  | { readonly op: 'compactTo'; readonly index: number };

/** Everything that was durable when the store was opened. */
export interface StoredState {
  readonly records: ReadonlyMap<string, unknown>;
  /** Consecutive, in order of index. */
  readonly entries: readonly StoredEntry[];
}

/**
 * Durable storage of one member (rules 3 and 16). An implementation checks every record on opening, never
 * repairs, and
 * reports damage as STORE_CORRUPT. A failed write is final: the caller must end the process.
 */
export interface Store {
  /** Reads everything. Called once, before the first write. */
  load(): Promise<StoredState>;
  /** Resolves when the whole batch is on disk (fsync). Batches are written in the order of the calls. */
  write(batch: readonly StoreOperation[]): Promise<void>;
  close(): Promise<void>;
}
