import type { StoredEntry, StoreOperation } from '@holdfast/ports';
import type { ClusterNode } from '../src/index.ts';

/** What a value is after it was written and read. */
export function overJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** One host of the small world: disk, services and, while it is up, a daemon. */
export class SmallHost {
  readonly name: string;
  readonly records = new Map<string, unknown>();
  entries: StoredEntry[] = [];
  node: ClusterNode | null = null;
  readonly active = new Set<string>();
  life = 0;
  exit: { clean: boolean; reason: string } | undefined;
  /** Changes with each loss of power. */
  boots = 1;
  watchdogMs = 0;
  watchdogRound = 0;
  /** The life that has armed it; 0 while it is not. */
  watchdogLife = 0;
  /** While paused, inputs wait. */
  paused = false;
  readonly held: (() => void)[] = [];
  readonly logs: string[] = [];

  constructor(name: string) {
    this.name = name;
  }

  write(batch: readonly StoreOperation[]): void {
    for (const operation of batch) {
      if (operation.op === 'put') this.records.set(operation.key, overJson(operation.value));
      else if (operation.op === 'delete') this.records.delete(operation.key);
      else if (operation.op === 'append') this.entries.push(...overJson(operation.entries));
      else if (operation.op === 'truncateFrom')
        this.entries = this.entries.filter((e) => e.index < operation.index);
      else this.entries = this.entries.filter((e) => e.index > operation.index);
    }
  }
}
