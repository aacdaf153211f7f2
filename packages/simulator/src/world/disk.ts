import type { StoredEntry, StoredState, StoreOperation } from '@holdfast/ports';

/** What a member's disk holds. Batches are applied whole or not at all. */
export class SimulatedDisk {
  private records = new Map<string, unknown>();
  private entries: StoredEntry[] = [];
  private readonly codec: boolean;

  /** @param options.codec every batch goes through the JSON that a real store would write; else values are shared */
  constructor(options: { codec: boolean }) {
    this.codec = options.codec;
  }

  /** @throws Error when the batch would leave a hole in the log; nothing of it is applied then */
  apply(batch: readonly StoreOperation[]): void {
    const operations = this.codec ? (JSON.parse(JSON.stringify(batch)) as readonly StoreOperation[]) : batch;
    this.refuseHole(operations);
    for (const operation of operations) this.applyOne(operation);
  }

  /** What a member finds at boot. Values are never changed in place, so they need no copy. */
  load(): StoredState {
    return { records: new Map(this.records), entries: [...this.entries] };
  }

  has(key: string): boolean {
    return this.records.has(key);
  }

  /** Goes back to what `load` once gave: a restored backup. */
  restore({ records, entries }: StoredState): void {
    this.records = new Map(records);
    this.entries = [...entries];
  }

  /** Loses everything: a replaced disk. */
  wipe(): void {
    this.records = new Map();
    this.entries = [];
  }

  private refuseHole(operations: readonly StoreOperation[]): void {
    let last = this.entries.at(-1)?.index;
    const first = this.entries[0]?.index ?? 0;
    for (const operation of operations) {
      if (operation.op === 'truncateFrom') {
        if (last !== undefined)
          last = operation.index <= first ? undefined : Math.min(last, operation.index - 1);
      } else if (operation.op === 'compactTo') {
        if (last !== undefined && last <= operation.index) last = undefined;
      } else if (operation.op === 'append') {
        for (const { index } of operation.entries) {
          if (last !== undefined && index !== last + 1)
            throw new Error(`log hole on disk: ${last} then ${index}`);
          last = index;
        }
      }
    }
  }

  private applyOne(operation: StoreOperation): void {
    switch (operation.op) {
      case 'put':
        this.records.set(operation.key, operation.value);
        return;
      case 'delete':
        this.records.delete(operation.key);
        return;
      case 'append':
        for (const entry of operation.entries) this.entries.push(entry);
        return;
      case 'truncateFrom': {
        const first = this.entries[0]?.index ?? 0;
        this.entries.length = Math.min(this.entries.length, Math.max(0, operation.index - first));
        return;
      }
      case 'compactTo': {
        const first = this.entries[0]?.index ?? 0;
        this.entries.splice(0, Math.max(0, operation.index - first + 1));
        return;
      }
    }
  }
}
