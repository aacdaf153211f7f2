import { makeMembers, type Snapshot, voter } from '@holdfast/consensus';
import { describe, expect, test } from 'vitest';
import { putSnapshot, readConsensus, snapshotRecords } from '../src/replicated/stored-consensus.ts';

const members = makeMembers([voter('n1')]);
const snapshot = (data: string): Snapshot => ({ index: 7, term: 2, members, data });
const LARGE = Array.from({ length: 100_000 }, (_, at) => `${at} é \u{1f525}`).join();

/** What a disk holds after some snapshots, one in the place of the other. */
function stored(...texts: readonly string[]) {
  const records = new Map<string, unknown>();
  for (const text of texts) {
    const { operations, records: count } = putSnapshot(
      snapshot(text),
      snapshotRecords({ records, entries: [] }),
    );
    for (const each of operations) {
      if (each.op === 'put') records.set(each.key, JSON.parse(JSON.stringify(each.value)));
      else if (each.op === 'delete') records.delete(each.key);
    }
    expect(snapshotRecords({ records, entries: [] })).toBe(count);
  }
  return { records, entries: [] };
}

describe('a snapshot on the disk', () => {
  test('is one record when it is small', () => {
    const { records, entries } = stored('{}');
    expect(records.size).toBe(1);
    expect(readConsensus({ records, entries })?.snapshot).toEqual(snapshot('{}'));
  });

  test('has its text in records of bounded length when it is large', () => {
    const { records, entries } = stored(LARGE);
    expect(records.size).toBeGreaterThan(3);
    for (const record of records.values()) expect(JSON.stringify(record).length).toBeLessThan(600_000);
    expect(readConsensus({ records, entries })?.snapshot).toEqual(snapshot(LARGE));
  });

  test('leaves nothing behind of a larger or smaller one before it', () => {
    for (const before of [LARGE + LARGE, LARGE.slice(0, 300_000), '{}']) {
      expect(stored(before, LARGE).records).toEqual(stored(LARGE).records);
      expect(stored(LARGE, before).records).toEqual(stored(before).records);
    }
  });

  test('of which a record is missing is not taken for whole', () => {
    const { records, entries } = stored(LARGE);
    records.delete('consensus/snapshot/1');
    expect(() => readConsensus({ records, entries })).toThrow(/all its records/);
  });
});
