/**
 * Rule 5: the right to execute new starts, kept only while a leader with a majority has lately heard from this member.
 * Counted from this member's own send times, so delays of the network only shorten it.
 */
export class AuthorityLease {
  private readonly leaseMs: number;
  private baseMs = Number.NEGATIVE_INFINITY;

  constructor(leaseMs: number) {
    this.leaseMs = leaseMs;
  }

  /** A grant came in; older ones never shorten the lease. Returns whether it was extended. */
  extend(baseMs: number): boolean {
    if (baseMs <= this.baseMs) return false;
    this.baseMs = baseMs;
    return true;
  }

  /** The lease has ended early: this member gave it up. */
  drop(): void {
    this.baseMs = Number.NEGATIVE_INFINITY;
  }

  get untilMs(): number {
    return this.baseMs + this.leaseMs;
  }

  holds(nowMs: number): boolean {
    return nowMs < this.untilMs;
  }
}
