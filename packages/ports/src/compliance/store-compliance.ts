import { AssertionFailure } from '../assert.ts';
import type { StoredEntry } from '../log-entry.ts';
import type { Store, StoreOperation } from '../store.ts';
import { type ComplianceCheck, expectSame } from './compliance-check.ts';

/** One disk on which a store is opened again and again. */
export interface StoreHarness {
  /** Opens the store on this disk; the previous one was closed or crashed. */
  open(): Promise<Store>;
  /** Ends the store as a crash of the host would: only what was acknowledged has to survive. */
  crash(store: Store): Promise<void>;
  dispose(): Promise<void>;
}

type Step = (harness: StoreHarness) => Promise<void>;

/** The checks every Store must pass; `makeHarness` gives an empty disk for each. */
export function storeComplianceChecks(makeHarness: () => Promise<StoreHarness>): readonly ComplianceCheck[] {
  return Object.entries(STEPS).map(([name, step]) => ({
    name,
    run: async () => {
      const harness = await makeHarness();
      try {
        await step(harness);
      } finally {
        await harness.dispose();
      }
    },
  }));
}

function entry(index: number, payload: unknown = { text: `entry ${index}` }, term = 1): StoredEntry {
  return { index, term, kind: 'command', payload };
}

function append(...indexes: readonly number[]): StoreOperation {
  return { op: 'append', entries: indexes.map((index) => entry(index)) };
}

/** Writes each batch in turn, reopens, and compares. */
async function writeAndExpect(
  harness: StoreHarness,
  batches: readonly (readonly StoreOperation[])[],
  records: Readonly<Record<string, unknown>>,
  entries: readonly StoredEntry[],
): Promise<void> {
  const store = await harness.open();
  await store.load();
  for (const batch of batches) await store.write(batch);
  await store.close();
  await expectContent(harness, records, entries);
}

async function expectContent(
  harness: StoreHarness,
  records: Readonly<Record<string, unknown>>,
  entries: readonly StoredEntry[],
): Promise<void> {
  const store = await harness.open();
  const state = await store.load();
  expectSame(Object.fromEntries(state.records), records, 'records');
  expectSame(state.entries, entries, 'entries');
  await store.close();
}

const STEPS: Readonly<Record<string, Step>> = {
  'a new store is empty': (harness) => expectContent(harness, {}, []),

  'records are put, replaced and deleted, in order within a batch': (harness) =>
    writeAndExpect(
      harness,
      [
        [
          { op: 'put', key: 'a', value: 1 },
          { op: 'put', key: 'b', value: { deep: [1, 'é', null, true] } },
        ],
        [
          { op: 'put', key: 'a', value: 2 },
          { op: 'delete', key: 'b' },
          { op: 'put', key: 'a', value: 3 },
          { op: 'delete', key: 'never there' },
        ],
      ],
      { a: 3 },
      [],
    ),

  'keys and values may hold any text': (harness) =>
    writeAndExpect(
      harness,
      [[{ op: 'put', key: 'e/ü\n\u0000"', value: 'line\nbreak \u0000 \u{1f600}' }]],
      { 'e/ü\n\u0000"': 'line\nbreak \u0000 \u{1f600}' },
      [],
    ),

  'entries come back in order with term, kind and payload': (harness) =>
    writeAndExpect(
      harness,
      [
        [{ op: 'append', entries: [{ index: 1, term: 1, kind: 'noop', payload: null }] }],
        [{ op: 'append', entries: [{ index: 2, term: 3, kind: 'voters', payload: ['x'] }, entry(3)] }],
      ],
      {},
      [
        { index: 1, term: 1, kind: 'noop', payload: null },
        { index: 2, term: 3, kind: 'voters', payload: ['x'] },
        entry(3),
      ],
    ),

  'a conflicting tail is truncated and replaced in one batch': (harness) =>
    writeAndExpect(
      harness,
      [
        [append(1, 2, 3, 4)],
        [
          { op: 'truncateFrom', index: 3 },
          { op: 'append', entries: [entry(3, 'new', 2)] },
        ],
      ],
      {},
      [entry(1), entry(2), entry(3, 'new', 2)],
    ),

  'truncating behind the end changes nothing': (harness) =>
    writeAndExpect(harness, [[append(1)], [{ op: 'truncateFrom', index: 2 }]], {}, [entry(1)]),

  'entries are compacted away together with the snapshot record': (harness) =>
    writeAndExpect(
      harness,
      [
        [append(1, 2, 3)],
        [
          { op: 'put', key: 'snapshot', value: { index: 2 } },
          { op: 'compactTo', index: 2 },
        ],
        [append(4)],
      ],
      { snapshot: { index: 2 } },
      [entry(3), entry(4)],
    ),

  'a snapshot beyond the end replaces the whole log': (harness) =>
    writeAndExpect(harness, [[append(1, 2)], [{ op: 'compactTo', index: 10 }], [append(11)]], {}, [
      entry(11),
    ]),

  'compacting twice to the same place changes nothing': (harness) =>
    writeAndExpect(
      harness,
      [[append(1, 2, 3)], [{ op: 'compactTo', index: 2 }], [{ op: 'compactTo', index: 2 }], [append(4)]],
      {},
      [entry(3), entry(4)],
    ),

  'calls made at once are kept in their order': async (harness) => {
    const store = await harness.open();
    await store.load();
    const finished: number[] = [];
    const calls = Array.from({ length: 40 }, (_unused, at) =>
      store
        .write([append(at + 1), { op: 'put', key: 'last', value: at + 1 }])
        .then(() => finished.push(at + 1)),
    );
    await Promise.all(calls);
    const order = Array.from({ length: 40 }, (_unused, at) => at + 1);
    expectSame(finished, order, 'order of the answers');
    await store.close();
    await expectContent(
      harness,
      { last: 40 },
      order.map((index) => entry(index)),
    );
  },

  'what was acknowledged survives a crash': async (harness) => {
    const store = await harness.open();
    await store.load();
    await store.write([append(1, 2), { op: 'put', key: 'term', value: 7 }]);
    await store.write([append(3)]);
    await harness.crash(store);
    await expectContent(harness, { term: 7 }, [entry(1), entry(2), entry(3)]);
  },

  'writes under way at a crash are there from the first one on without a hole, or not at all': async (
    harness,
  ) => {
    const store = await harness.open();
    await store.load();
    await store.write([append(1)]);
    for (let index = 2; index <= 20; index += 1) void store.write([append(index)]).catch(() => undefined);
    await harness.crash(store);
    const again = await harness.open();
    const { entries } = await again.load();
    await again.close();
    if (entries.length < 1 || entries.length > 20)
      throw new AssertionFailure(`${entries.length} entries found`);
    expectSame(
      entries,
      entries.map((_unused, at) => entry(at + 1)),
      'entries',
    );
  },

  'a hole in the log is refused': async (harness) => {
    const store = await harness.open();
    await store.load();
    await store.write([append(1)]);
    let refused = false;
    try {
      await store.write([append(3)]);
    } catch {
      refused = true;
    }
    expectSame(refused, true, 'refused');
    await harness.crash(store);
    await expectContent(harness, {}, [entry(1)]);
  },
};
