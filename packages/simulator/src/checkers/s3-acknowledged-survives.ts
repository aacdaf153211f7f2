import type { Report } from './finding.ts';

/**
 * S3 and S4: every acknowledged write is in the state of every later authority, and reads are never older than a write
 * that was acknowledged before the read began. The workload writes one counter per key, each value once, so that
 * comparing numbers decides both.
 */
export class AcknowledgedWritesChecker {
  private readonly acknowledged = new Map<string, number>();
  private readonly attempted = new Map<string, number>();
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
  floor(): ReadonlyMap<string, number> {
    return new Map(this.acknowledged);
  }

  /** A linearizable read returned these values; `floor` was taken when it began. */
  read(who: string, floor: ReadonlyMap<string, number>, values: ReadonlyMap<string, number>): void {
    for (const [key, least] of floor) {
      const found = values.get(key) ?? 0;
      if (found < least)
        this.report('S3-acknowledged-survives', `${who} read ${key}=${found}, acknowledged was ${least}`);
    }
    for (const [key, found] of values) {
      const most = this.attempted.get(key) ?? 0;
      if (found > most)
        this.report('S4-linearizable', `${who} read ${key}=${found}, never written (highest ${most})`);
    }
  }
}
