import type { Report } from './finding.ts';

/** S10: no proof without an end: when a proof about a life is committed, that life has really ended. */
export class ProofChecker {
  private readonly livingIncarnation: (host: string) => number | undefined;
  private readonly runsAnything: (host: string) => boolean;
  private readonly report: Report;
  proofs = 0;

  constructor(options: {
    livingIncarnation: (host: string) => number | undefined;
    /** Something exclusive is active on the host. */
    runsAnything: (host: string) => boolean;
    report: Report;
  }) {
    this.livingIncarnation = options.livingIncarnation;
    this.runsAnything = options.runsAnything;
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
    // A member without a lease on which nothing exclusive runs may feed its watchdog (rule 11): nothing is recovered
    // from it, it may start nothing, and it ends as soon as it learns of the proof.
    if (proof.method === 'watchdog' && !this.runsAnything(proof.target)) return;
    this.report(
      'S10-proof',
      `${proof.target} is said to be proven gone (${proof.method}) in life ${living}, which goes on`,
    );
  }
}
