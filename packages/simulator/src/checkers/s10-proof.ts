import type { Report } from './finding.ts';

/** S10: no proof without an end: when a proof about a life is committed, that life has really ended. */
export class ProofChecker {
  private readonly livingIncarnation: (host: string) => number | undefined;
  private readonly identityOf: (host: string) => string | undefined;
  /** Whose life it was that the log acknowledged, by name and number: a new machine numbers its lives anew. */
  private readonly acknowledged = new Map<string, string | undefined>();
  private readonly runsAnything: (host: string) => boolean;
  private readonly report: Report;
  proofs = 0;

  constructor(options: {
    livingIncarnation: (host: string) => number | undefined;
    /** Of the machine that has the name now. */
    identityOf: (host: string) => string | undefined;
    /** Something exclusive is active on the host. */
    runsAnything: (host: string) => boolean;
    report: Report;
  }) {
    this.livingIncarnation = options.livingIncarnation;
    this.identityOf = options.identityOf;
    this.runsAnything = options.runsAnything;
    this.report = options.report;
  }

  admitted(node: string, incarnation: number): void {
    this.acknowledged.set(`${node}#${incarnation}`, this.identityOf(node));
  }

  committed(proof: {
    readonly target: string;
    readonly targetIncarnation: number;
    readonly method: string;
  }): void {
    this.proofs++;
    const living = this.livingIncarnation(proof.target);
    if (living !== proof.targetIncarnation) return;
    // The first life of a machine that was given the name since, which no leader has acknowledged.
    const identity = this.acknowledged.get(`${proof.target}#${living}`);
    if (identity !== undefined && identity !== this.identityOf(proof.target)) return;
    // A member without a lease on which nothing exclusive runs may feed its watchdog (rule 11): nothing is recovered
    // from it, it may start nothing, and it ends as soon as it learns of the proof.
    if (proof.method === 'watchdog' && !this.runsAnything(proof.target)) return;
    this.report(
      'S10-proof',
      `${proof.target} is said to be proven gone (${proof.method}) in life ${living}, which goes on`,
    );
  }
}
