import type { Report } from './finding.ts';

/**
 * S8: without quorum no new starts and no fencing of others. A host has quorum while it and more than half of the
 * voters can talk both ways (directly or through one another); losing it is allowed to be noticed within the lease.
 */
export class QuorumChecker {
  private readonly lastQuorateMs = new Map<string, number>();
  private readonly graceMs: number;
  private readonly report: Report;

  constructor(options: { graceMs: number; report: Report }) {
    this.graceMs = options.graceMs;
    this.report = options.report;
  }

  /** To be called whenever connectivity or the set of running daemons changes, before the change takes effect. */
  observe(nowMs: number, quorate: readonly string[]): void {
    for (const host of quorate) this.lastQuorateMs.set(host, nowMs);
  }

  withoutQuorumMs(host: string, nowMs: number): number {
    return nowMs - (this.lastQuorateMs.get(host) ?? nowMs);
  }

  acts(host: string, what: string, nowMs: number): void {
    const last = this.lastQuorateMs.get(host) ?? Number.NEGATIVE_INFINITY;
    if (nowMs - last > this.graceMs) {
      this.report(
        'S8-quorum',
        `${host}: ${what} although it has had no quorum for ${Math.round(nowMs - last)} ms`,
      );
    }
  }
}
