import { setImmediate } from 'node:timers/promises';
import { HoldfastError } from '@holdfast/model';
import { assert, type Store, type StoredState, type StoreOperation } from '@holdfast/ports';
import type { Level } from 'level';
import type { AcknowledgedMark } from './acknowledged-mark.ts';
import type { ReadResult } from './read-store.ts';
import { HEAD_KEY } from './record-codec.ts';
import { encodeHead, type StoreHead } from './store-head.ts';
import type { StoreLock } from './store-lock.ts';
import { type LevelOperation, StorePlan } from './store-plan.ts';

interface Waiting {
  readonly operations: readonly LevelOperation[];
  /** The whole store as it is after this call and all before it. */
  readonly head: StoreHead;
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: HoldfastError) => void;
}

/** Encoded, or handed to LevelDB, in one piece: some milliseconds. */
const SLICE_BYTES = 512 * 1024;

/** What an opened store is made of. */
export interface LevelStoreParts {
  readonly level: Level<string, string>;
  readonly mark: AcknowledgedMark;
  readonly lock: StoreLock;
  readonly read: ReadResult;
  readonly maxQueuedBytes: number;
  readonly maxBatchBytes: number;
}

/** Calls that come while one sync is under way share the next one (group commit); their order is kept. */
export class LevelStore implements Store {
  readonly #parts: LevelStoreParts;
  readonly #plan: StorePlan;
  #state: StoredState | undefined;
  #sequence: number;
  #waiting: Waiting[] = [];
  #queuedBytes = 0;
  #writing: Promise<void> | undefined;
  /** While a large batch is encoded: settles when nothing waits for that any more. */
  #planning: Promise<void> | undefined;
  #failure: HoldfastError | undefined;
  #closed = false;

  constructor(parts: LevelStoreParts) {
    this.#parts = parts;
    this.#state = parts.read.state;
    this.#sequence = parts.read.start.head.sequence;
    this.#plan = new StorePlan(parts.read.start);
  }

  async load(): Promise<StoredState> {
    const state = this.#state;
    assert(state, 'a store is loaded once, before the first write');
    // Given away, so that the configuration is not held twice in memory.
    this.#state = undefined;
    return state;
  }

  write(batch: readonly StoreOperation[]): Promise<void> {
    assert(!this.#closed, 'a closed store takes no writes');
    this.#state = undefined;
    if (this.#failure) return Promise.reject(this.#failure);
    if (!this.#planning && !isLarge(batch)) return this.#enqueue(this.#planned(batch));
    const planned = (this.#planning ?? Promise.resolve()).then(() => this.#planInSlices(batch));
    const settled: Promise<void> = planned.then(
      () => this.#planEnded(settled),
      () => this.#planEnded(settled),
    );
    this.#planning = settled;
    return planned.then(({ written }) => written);
  }

  #enqueue(operations: readonly LevelOperation[]): Promise<void> {
    const bytes = operations.reduce(addSize, 0);
    if (this.#queuedBytes + bytes > this.#parts.maxQueuedBytes) {
      return Promise.reject(this.#fail(`more than ${this.#parts.maxQueuedBytes} bytes wait for the disk`));
    }
    this.#queuedBytes += bytes;
    this.#sequence += 1;
    const head = this.#plan.head(this.#sequence);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operations, head, bytes, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#planning;
    await this.#writing;
    await this.#parts.level.close();
    await this.#parts.mark.close();
    await this.#parts.lock.release();
  }

  /**
   * Encoding a large batch would hold the main loop up: it is done piece by piece, and what comes behind it waits, so
   * that the order is kept. Resolves once it stands in line for the disk.
   */
  async #planInSlices(batch: readonly StoreOperation[]): Promise<{ readonly written: Promise<void> }> {
    const operations: LevelOperation[] = [];
    let size = 0;
    for (const operation of batch) {
      if (this.#failure) throw this.#failure;
      for (const each of this.#planned([operation])) {
        operations.push(each);
        size = addSize(size, each);
      }
      if (size <= SLICE_BYTES) continue;
      size = 0;
      await setImmediate();
    }
    if (this.#failure) throw this.#failure;
    return { written: this.#enqueue(operations) };
  }

  #planEnded(planning: Promise<void>): void {
    if (this.#planning === planning) this.#planning = undefined;
  }

  /** A refused batch may be half planned, so nothing may be written after it. */
  #planned(batch: readonly StoreOperation[]): LevelOperation[] {
    try {
      return this.#plan.plan(batch);
    } catch (error) {
      this.#fail(problemOf(error));
      throw error;
    }
  }

  async #drain(): Promise<void> {
    // Lets the calls of this turn of the event loop gather.
    await Promise.resolve();
    while (this.#waiting.length > 0 && !this.#failure) {
      const group = this.#takeGroup();
      try {
        await this.#writeGroup(group);
        for (const one of group) one.resolve();
      } catch (error) {
        const failure = this.#fail(problemOf(error));
        for (const one of group) one.reject(failure);
      }
    }
    for (const one of this.#waiting.splice(0)) one.reject(this.#failure!);
    this.#writing = undefined;
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const one of this.#waiting) {
      if (count > 0 && bytes + one.bytes > this.#parts.maxBatchBytes) break;
      bytes += one.bytes;
      count += 1;
    }
    this.#queuedBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    const head = group.at(-1)!.head;
    const operations: LevelOperation[] = group.flatMap((one) => [...one.operations]);
    operations.push({ type: 'put', key: HEAD_KEY, value: encodeHead(head) });
    if (operations.reduce(addSize, 0) <= SLICE_BYTES)
      await this.#parts.level.batch(operations, { sync: true });
    else await this.#writeInSlices(operations);
    await this.#parts.mark.write(head.sequence);
  }

  /** One atomic batch all the same; only handing it over is done piece by piece. */
  async #writeInSlices(operations: readonly LevelOperation[]): Promise<void> {
    const batch = this.#parts.level.batch();
    let size = 0;
    for (const operation of operations) {
      if (operation.type === 'put') batch.put(operation.key, operation.value);
      else batch.del(operation.key);
      size = addSize(size, operation);
      if (size <= SLICE_BYTES) continue;
      size = 0;
      await setImmediate();
    }
    await batch.write({ sync: true });
  }

  /** The first failure is final: what the disk holds from here on is unknown (rule 3). */
  #fail(problem: string): HoldfastError {
    this.#failure ??= new HoldfastError('STORE_WRITE_FAILED', { problem });
    return this.#failure;
  }
}

/** Only texts can be large: snapshots come in records of text. */
function isLarge(batch: readonly StoreOperation[]): boolean {
  let size = 0;
  for (const each of batch)
    if (each.op === 'put' && typeof each.value === 'string') size += each.value.length;
  return size > SLICE_BYTES;
}

function addSize(sum: number, operation: LevelOperation): number {
  return sum + operation.key.length + (operation.type === 'put' ? operation.value.length : 0);
}

/** The innermost cause says what the file system said. */
export function problemOf(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  return innermost instanceof Error ? innermost.message : String(innermost);
}
