import type { PersistentState, Snapshot } from '@holdfast/consensus';
import type { StoredState, StoreOperation } from '@holdfast/ports';
import { assert } from '@holdfast/ports';

/** Record of term, vote and commit index. */
export const VOTE_KEY = 'consensus/vote';
/** Record of the newest snapshot; of a large one without its text. */
const SNAPSHOT_KEY = 'consensus/snapshot';
/** Characters of a snapshot's text in one record. A larger text has several, so that none is a large piece of work. */
const RECORD_CHARS = 256 * 1024;

/** The record of a snapshot whose text is in records of its own. */
interface SnapshotOutline extends Omit<Snapshot, 'data'> {
  readonly records: number;
}

function textKey(at: number): string {
  return `${SNAPSHOT_KEY}/${at}`;
}

/** What a store holds of consensus; undefined when it never had any. */
export function readConsensus(stored: StoredState): PersistentState | undefined {
  const vote = stored.records.get(VOTE_KEY) as
    | { term: number; votedFor: string | null; commitIndex: number }
    | undefined;
  const snapshot = readSnapshotRecords(stored);
  if (!vote && stored.entries.length === 0 && !snapshot) return undefined;
  const { term, votedFor, commitIndex } = vote ?? { term: 0, votedFor: null, commitIndex: 0 };
  return { term, votedFor, commitIndex, snapshot, entries: stored.entries };
}

function readSnapshotRecords(stored: StoredState): Snapshot | null {
  const record = stored.records.get(SNAPSHOT_KEY) as Snapshot | SnapshotOutline | undefined;
  if (!record) return null;
  if (!('records' in record)) return record;
  const { records, ...position } = record;
  const texts = Array.from({ length: records }, (_, at) => stored.records.get(textKey(at)));
  assert(
    texts.every((text) => typeof text === 'string'),
    'a snapshot has all its records',
    { records },
  );
  return { ...position, data: texts.join('') };
}

/** How many records the text of the stored snapshot has; 0 when it is in the record of the snapshot itself. */
export function snapshotRecords(stored: StoredState): number {
  const record = stored.records.get(SNAPSHOT_KEY) as Partial<SnapshotOutline> | undefined;
  return record?.records ?? 0;
}

/**
 * What puts a snapshot in the place of the one before.
 *
 * @param before number of records of that one
 */
export function putSnapshot(
  snapshot: Snapshot,
  before: number,
): { readonly operations: readonly StoreOperation[]; readonly records: number } {
  const { data, ...position } = snapshot;
  const records = data.length > RECORD_CHARS ? Math.ceil(data.length / RECORD_CHARS) : 0;
  const value: Snapshot | SnapshotOutline = records === 0 ? snapshot : { ...position, records };
  const operations: StoreOperation[] = [{ op: 'put', key: SNAPSHOT_KEY, value }];
  for (let at = 0; at < records; at++) {
    const text = data.slice(at * RECORD_CHARS, (at + 1) * RECORD_CHARS);
    operations.push({ op: 'put', key: textKey(at), value: text });
  }
  for (let at = records; at < before; at++) operations.push({ op: 'delete', key: textKey(at) });
  return { operations, records };
}
