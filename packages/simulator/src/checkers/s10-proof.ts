import type { Report } from './finding.ts';

/** S10: no proof without an end: when a proof about a life is committed, that life has really ended. */
export class ProofChecker {
  private readonly livingIncarnation: (host: string) => number | undefined;
  private readonly report: Report;
  proofs = 0;

  constructor(options: { livingIncarnation: (host: string) => number | undefined; report: Report }) {
    this.livingIncarnation = options.livingIncarnation;
    this.report = options.report;
  }

  committed(proof: {
    readonly target: string;
    readonly targetIncarnation: number;
    readonly method: string;
  }): void {
    this.proofs++;
    const living = this.livingIncarnation(proof.target);
    if (living !== proof.targetIncarnation) return;
    this.report(
      'S10-proof',
      `${proof.target} is said to be proven gone (${proof.method}) in life ${living}, which goes on`,
    );
  }
}
