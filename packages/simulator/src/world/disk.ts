import type { StoredEntry, StoredState, StoreOperation } from '@holdfast/ports';

/** A member's disk: what was synced survives a crash, of the rest a random prefix of whole batches does. */
export class SimulatedDisk {
  private readonly records = new Map<string, unknown>();
  private entries: StoredEntry[] = [];

  apply(batch: readonly StoreOperation[]): void {
    for (const operation of batch) this.applyOne(operation);
  }

  /** What a member finds on the disk at boot. Values are never changed in place, so they are shared, not copied. */
  load(): StoredState {
    return { records: new Map(this.records), entries: [...this.entries] };
  }

  /** Loses everything: a replaced disk. */
  wipe(): void {
    this.records.clear();
    this.entries = [];
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
        this.append(operation.entries);
        return;
      case 'truncateFrom':
        this.truncate(operation.index);
        return;
      case 'compactTo':
        this.compact(operation.index);
        return;
    }
  }

  private truncate(index: number): void {
    const first = this.entries[0]?.index;
    if (first !== undefined) this.entries.length = Math.min(this.entries.length, Math.max(0, index - first));
  }

  private compact(index: number): void {
    const first = this.entries[0]?.index;
    if (first !== undefined && index >= first) this.entries.splice(0, index - first + 1);
  }

  private append(entries: readonly StoredEntry[]): void {
    for (const entry of entries) {
      const last = this.entries.at(-1);
      if (last && entry.index !== last.index + 1) {
        throw new Error(`log hole on disk: ${last.index} then ${entry.index}`);
      }
      this.entries.push(entry);
    }
  }
}
