import type { Report } from './finding.ts';

/** S9: a restarted member executes no start before the replicated state has admitted its present incarnation. */
export class ZeroAuthorityChecker {
  private readonly admitted = new Map<string, number>();
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  /** Some member's applied state counts this incarnation as admitted. */
  admit(host: string, incarnation: number): void {
    if (incarnation > (this.admitted.get(host) ?? 0)) this.admitted.set(host, incarnation);
  }

  startCommanded(host: string, incarnation: number, resource: string): void {
    const known = this.admitted.get(host) ?? 0;
    if (incarnation > known) {
      this.report(
        'S9-zero-authority',
        `start of ${resource} on ${host} in incarnation ${incarnation}, admitted is ${known}`,
      );
    }
  }
}
