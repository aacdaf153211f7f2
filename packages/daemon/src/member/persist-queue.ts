import type { Store, StoreOperation } from '@holdfast/ports';

/**
 * Writes batches in order and groups those that came while the disk was busy into one fsync: under load the cost of a
 * write is shared, alone it waits for nobody.
 */
export class PersistQueue {
  readonly #store: Store;
  readonly #onPersisted: (token: number) => void;
  readonly #onFailure: (error: unknown) => void;
  #tokens: number[] = [];
  #operations: StoreOperation[] = [];
  #writing: Promise<void> | undefined;
  #failed = false;

  constructor(options: {
    store: Store;
    onPersisted: (token: number) => void;
    /** A failed write is final (rule 3): nothing after it is written. */
    onFailure: (error: unknown) => void;
  }) {
    this.#store = options.store;
    this.#onPersisted = options.onPersisted;
    this.#onFailure = options.onFailure;
  }

  add(token: number, batch: readonly StoreOperation[]): void {
    if (this.#failed) return;
    this.#tokens.push(token);
    for (const operation of batch) this.#operations.push(operation);
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when everything added so far is on disk. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    // Batches of the step that is being carried out right now go into the same write, and what it sends leaves first:
    // to prepare a write takes longer, and meanwhile the others' disks are at work. (Frames leave one microtask after
    // they were handed over, which was after the batch.)
    await Promise.resolve();
    await Promise.resolve();
    while (this.#tokens.length > 0 && !this.#failed) {
      const tokens = this.#tokens;
      const operations = this.#operations;
      this.#tokens = [];
      this.#operations = [];
      try {
        await this.#store.write(operations);
      } catch (error) {
        this.#failed = true;
        this.#onFailure(error);
        return;
      }
      for (const token of tokens) this.#onPersisted(token);
    }
    this.#writing = undefined;
  }
}
