import type { StoredEntry } from '@holdfast/ports';
import type { Report } from './finding.ts';

/**
 * S5: the same index holds the same committed entry on all members; applied index and term never go back on one disk;
 * equal applied index means equal state hash.
 */
export class LogChecker {
  private readonly hashes = new Map<number, { hash: string; by: string }>();
  private readonly terms = new Map<string, number>();
  private readonly entries = new Map<string, Map<number, StoredEntry>>();
  private readonly committed = new Map<number, { entry: StoredEntry; by: string }>();
  private readonly checkedUpTo = new Map<string, number>();
  private readonly report: Report;
  private readonly onCommitted: (entry: StoredEntry) => void;

  /** @param onCommitted told of each index once, when the first member counts it as committed */
  constructor(report: Report, onCommitted: (entry: StoredEntry) => void) {
    this.report = report;
    this.onCommitted = onCommitted;
  }

  appended(host: string, entries: readonly StoredEntry[]): void {
    const log = this.entries.get(host) ?? new Map<number, StoredEntry>();
    this.entries.set(host, log);
    for (const entry of entries) log.set(entry.index, entry);
  }

  /** Called when the host's commit index moved: compares what it calls committed with what others did. */
  commit(host: string, commitIndex: number): void {
    const log = this.entries.get(host);
    for (let index = (this.checkedUpTo.get(host) ?? 0) + 1; index <= commitIndex; index++) {
      const entry = log?.get(index);
      if (!entry) continue;
      const other = this.committed.get(index);
      if (!other) {
        this.committed.set(index, { entry, by: host });
        this.onCommitted(entry);
      } else if (!isSame(entry, other.entry)) {
        const text = `${host} has ${textOf(entry).slice(0, 200)}`;
        this.report('S5-log', `index ${index} differs: ${text}, ${other.by} has ${textOf(other.entry)}`);
      }
    }
    this.checkedUpTo.set(host, Math.max(commitIndex, this.checkedUpTo.get(host) ?? 0));
  }

  state(host: string, appliedIndex: number, hash: string): void {
    if (appliedIndex === 0) return;
    const known = this.hashes.get(appliedIndex);
    if (!known) {
      this.hashes.set(appliedIndex, { hash, by: host });
      if (this.hashes.size > 4000) this.hashes.delete(this.hashes.keys().next().value as number);
    } else if (known.hash !== hash) {
      this.report('S5-log', `state at index ${appliedIndex} differs between ${host} and ${known.by}`);
    }
  }

  /** Term as it reached the host's disk. */
  term(host: string, term: number): void {
    const before = this.terms.get(host) ?? 0;
    if (term < before) this.report('S5-log', `term of ${host} went back from ${before} to ${term}`);
    this.terms.set(host, Math.max(term, before));
  }

  /** The host's disk was replaced: its past does not bind it any more. */
  wiped(host: string): void {
    this.terms.delete(host);
    this.entries.delete(host);
    this.checkedUpTo.delete(host);
  }
}

function isSame(a: StoredEntry, b: StoredEntry): boolean {
  if (a.term !== b.term || a.kind !== b.kind) return false;
  return a.payload === b.payload || textOf(a) === textOf(b);
}

function textOf({ term, kind, payload }: StoredEntry): string {
  return `${term}:${kind}:${JSON.stringify(payload)}`;
}
