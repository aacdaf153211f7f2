import { assert, type StoredEntry, type StoreOperation } from '@holdfast/ports';
import { encodeEntry, joinChain, nextChain } from './log-chain.ts';
import { entryKey, recordFingerprint, recordKey, seal } from './record-codec.ts';
import type { StoreHead } from './store-head.ts';
import { STORE_FORMAT } from './store-options.ts';

/** One change of LevelDB. */
export type LevelOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'del'; readonly key: string };

/** What the plan has to remember of a loaded store. */
export interface PlanStart {
  readonly head: StoreHead;
  /** Chain values of the entries held, in order. */
  readonly chains: readonly string[];
  /** Fingerprint of each record by its key. */
  readonly fingerprints: ReadonlyMap<string, bigint>;
}

/**
 * Turns batches into LevelDB operations and knows what the store will look like after them. It runs ahead
 * of the disk;
 * that is safe because the first failed write ends the store for good.
 */
export class StorePlan {
  readonly #fingerprints: Map<string, bigint>;
  #chains: string[];
  #baseIndex: number;
  #baseChain: string;
  #digest: bigint;

  constructor(start: PlanStart) {
    this.#fingerprints = new Map(start.fingerprints);
    this.#chains = [...start.chains];
    this.#baseIndex = start.head.baseIndex;
    this.#baseChain = start.head.baseChain;
    this.#digest = BigInt(`0x${start.head.recordDigest}`);
  }

  /** Plans one batch. @throws AssertionFailure when the batch would leave a hole in the log */
  plan(batch: readonly StoreOperation[]): LevelOperation[] {
    const result: LevelOperation[] = [];
    for (const operation of batch) this.#planOne(operation, result);
    return result;
  }

  /** The head as it is after everything planned so far. */
  head(sequence: number): StoreHead {
    return {
      format: STORE_FORMAT,
      sequence,
      baseIndex: this.#baseIndex,
      baseChain: this.#baseChain,
      lastIndex: this.#lastIndex,
      lastChain: this.#chains.at(-1) ?? this.#baseChain,
      recordCount: this.#fingerprints.size,
      recordDigest: this.#digest.toString(16),
    };
  }

  get #lastIndex(): number {
    return this.#baseIndex + this.#chains.length;
  }

  #planOne(operation: StoreOperation, result: LevelOperation[]): void {
    switch (operation.op) {
      case 'put':
        this.#put(operation.key, operation.value, result);
        break;
      case 'delete':
        this.#delete(operation.key, result);
        break;
      case 'append':
        for (const entry of operation.entries) this.#append(entry, result);
        break;
      case 'truncateFrom':
        this.#truncateFrom(operation.index, result);
        break;
      case 'compactTo':
        this.#compactTo(operation.index, result);
        break;
    }
  }

  #put(name: string, value: unknown, result: LevelOperation[]): void {
    const body = JSON.stringify(value);
    assert(body !== undefined, 'only JSON can be stored', { key: name });
    const key = recordKey(name);
    const sealed = seal(key, body);
    const fingerprint = recordFingerprint(key, sealed);
    this.#addToDigest(fingerprint - (this.#fingerprints.get(key) ?? 0n));
    this.#fingerprints.set(key, fingerprint);
    result.push({ type: 'put', key, value: sealed });
  }

  #delete(name: string, result: LevelOperation[]): void {
    const key = recordKey(name);
    this.#addToDigest(-(this.#fingerprints.get(key) ?? 0n));
    this.#fingerprints.delete(key);
    result.push({ type: 'del', key });
  }

  #append(entry: StoredEntry, result: LevelOperation[]): void {
    const expected = this.#lastIndex + 1;
    assert(entry.index === expected, 'entries are appended without a hole', { index: entry.index, expected });
    const body = encodeEntry(entry);
    const chain = nextChain(this.#chains.at(-1) ?? this.#baseChain, entry.index, body);
    this.#chains.push(chain);
    const key = entryKey(entry.index);
    result.push({ type: 'put', key, value: seal(key, joinChain(chain, body)) });
  }

  #truncateFrom(index: number, result: LevelOperation[]): void {
    assert(index > this.#baseIndex, 'a compacted entry cannot be truncated', {
      index,
      base: this.#baseIndex,
    });
    for (let at = index; at <= this.#lastIndex; at += 1) result.push({ type: 'del', key: entryKey(at) });
    this.#chains.length = Math.min(this.#chains.length, index - 1 - this.#baseIndex);
  }

  /** Compacting past the end is how a snapshot of the leader replaces the whole log. */
  #compactTo(index: number, result: LevelOperation[]): void {
    if (index <= this.#baseIndex) return;
    const removed = Math.min(index - this.#baseIndex, this.#chains.length);
    for (let at = 1; at <= removed; at += 1) {
      result.push({ type: 'del', key: entryKey(this.#baseIndex + at) });
    }
    this.#baseChain = this.#chains[removed - 1] ?? this.#baseChain;
    this.#chains = this.#chains.slice(removed);
    this.#baseIndex = index;
  }

  #addToDigest(difference: bigint): void {
    this.#digest = BigInt.asUintN(64, this.#digest + difference);
  }
}
