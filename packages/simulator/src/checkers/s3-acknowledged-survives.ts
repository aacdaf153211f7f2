import type { Report } from './finding.ts';

/** What a read that begins at some moment must at least return, and who says so. */
export interface ReadFloor {
  readonly acknowledged: ReadonlyMap<string, number>;
  /** What reads returned that had ended before. */
  readonly observed: ReadonlyMap<string, number>;
}

/** Values of all keys, as one read returned them. */
type Values = ReadonlyMap<string, number>;

/** Reads of which the newest is compared with each other. */
const KEPT_READS = 30;

/**
 * S3 and S4: every acknowledged write is in the state of every later authority, and reads are linearizable. The
 * workload writes counters, each by one writer who writes each value once and waits for the answer, so that comparing
 * numbers decides it: a read returns no less than what was acknowledged, or returned by another read, before it began,
 * nothing that was not asked for, and any two reads saw the writes in one order.
 */
export class AcknowledgedWritesChecker {
  private readonly acknowledged = new Map<string, number>();
  private readonly attempted = new Map<string, number>();
  private readonly observed = new Map<string, number>();
  private reads: { readonly who: string; readonly values: Values }[] = [];
  private readonly report: Report;
  acknowledgements = 0;

  constructor(report: Report) {
    this.report = report;
  }

  attempt(key: string, value: number): void {
    this.attempted.set(key, Math.max(value, this.attempted.get(key) ?? 0));
  }

  acknowledge(key: string, value: number): void {
    this.acknowledgements++;
    this.acknowledged.set(key, Math.max(value, this.acknowledged.get(key) ?? 0));
  }

  /** What a read that begins now must at least return. */
  floor(): ReadFloor {
    return { acknowledged: new Map(this.acknowledged), observed: new Map(this.observed) };
  }

  /** A read returned these values; `floor` was taken when it began. */
  read(who: string, floor: ReadFloor, values: Values): void {
    for (const [key, least] of floor.acknowledged) {
      const found = values.get(key) ?? 0;
      if (found < least)
        this.report('S3-acknowledged-survives', `${who} read ${key}=${found}, acknowledged was ${least}`);
    }
    for (const [key, least] of floor.observed) {
      const found = values.get(key) ?? 0;
      if (found < least)
        this.report('S4-linearizable', `${who} read ${key}=${found}, an earlier read returned ${least}`);
    }
    for (const [key, found] of values) {
      const most = this.attempted.get(key) ?? 0;
      if (found > most)
        this.report('S4-linearizable', `${who} read ${key}=${found}, never written (highest ${most})`);
      this.observed.set(key, Math.max(found, this.observed.get(key) ?? 0));
    }
    this.compareOrder(who, values);
  }

  /** Reads that overlap may return either state, but states follow one another. */
  private compareOrder(who: string, values: Values): void {
    for (const other of this.reads) {
      if (contains(values, other.values) || contains(other.values, values)) continue;
      this.report('S4-linearizable', `${who} and ${other.who} saw writes in different orders`);
    }
    this.reads = [...this.reads, { who, values }].slice(-KEPT_READS);
  }
}

function contains(newer: Values, older: Values): boolean {
  for (const [key, value] of older) if ((newer.get(key) ?? 0) < value) return false;
  return true;
}
