import { INFINITY_SCORE } from '@holdfast/model';

/**
 * Attributes of this member that end with the boot of its machine: fail counts and what agents and operators set with
 * `reboot`. A restart of the daemon alone does not end them (MemberMemory).
 */
export class TransientAttributes {
  private readonly values: Map<string, string>;
  /** Raised with each change. */
  version = 0;

  /** @param restored of an earlier life on the same boot */
  constructor(restored: Readonly<Record<string, string>>) {
    this.values = new Map(Object.entries(restored));
  }

  /** All of it is over. */
  clear(): void {
    if (this.values.size > 0) this.version++;
    this.values.clear();
  }

  set(name: string, value: string | null): void {
    if (value === null) {
      if (this.values.delete(name)) this.version++;
    } else if (this.values.get(name) !== value) {
      this.values.set(name, value);
      this.version++;
    }
  }

  /** Counts a failure of an operation. Fatal ones go to INFINITY at once. */
  countFailure(options: {
    resource: string;
    operation: string;
    intervalMs: number;
    fatal: boolean;
    wallSeconds: number;
  }): void {
    const { resource, operation, intervalMs, fatal, wallSeconds } = options;
    const suffix = `${resource}#${operation}_${intervalMs}`;
    const known = this.values.get(`fail-count-${suffix}`);
    const next = known === 'INFINITY' || fatal ? INFINITY_SCORE : Number(known ?? 0) + 1;
    this.set(`fail-count-${suffix}`, next >= INFINITY_SCORE ? 'INFINITY' : String(next));
    this.set(`last-failure-${suffix}`, String(wallSeconds));
  }

  /** Forgets failures of a resource, or of all; with an operation only those of it. Returns whether there were any. */
  clearFailures(resource?: string, operation?: string, intervalMs?: number): boolean {
    const before = this.version;
    for (const name of [...this.values.keys()]) {
      const match = /^(?:fail-count|last-failure)-(.+)#(.+)_(\d+)$/.exec(name);
      if (!match) continue;
      if (resource !== undefined && match[1] !== resource) continue;
      if (operation !== undefined && match[2] !== operation) continue;
      if (intervalMs !== undefined && Number(match[3]) !== intervalMs) continue;
      this.set(name, null);
    }
    return this.version !== before;
  }

  toRecord(): Record<string, string> {
    return Object.fromEntries([...this.values].sort(([left], [right]) => (left < right ? -1 : 1)));
  }
}
