import type { Report } from './finding.ts';

/** S6, first half: at most one leader in each term. */
export class OneLeaderChecker {
  private readonly leaders = new Map<number, string>();
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  leads(host: string, term: number): void {
    const known = this.leaders.get(term);
    if (known === undefined) this.leaders.set(term, host);
    else if (known !== host)
      this.report('S6-one-leader', `term ${term} has the leaders ${known} and ${host}`);
  }

  /** Number of terms that had a leader. */
  get elections(): number {
    return this.leaders.size;
  }
}
