import type { LeaseAsk, LeaseGrant } from '@holdfast/protocol';

interface Asked {
  readonly incarnation: number;
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

/** The leader's side of the lease: remembers the newest ask of each member and answers along with heartbeats. */
export class LeaseDesk {
  private readonly asks = new Map<string, Asked>();
  private readonly granted = new Map<string, number>();

  note(from: string, ask: LeaseAsk, nowMs: number): void {
    const known = this.asks.get(from);
    const { incarnation, sentAtMs } = ask;
    if (known && known.incarnation > incarnation) return;
    if (known?.incarnation === incarnation && known.sentAtMs >= sentAtMs) return;
    this.asks.set(from, { incarnation, sentAtMs, receivedAtMs: nowMs });
  }

  /**
   * @param quorumContactMs last moment at which a majority certainly followed, by this leader's clock
   * @returns the grant for this member, or undefined when it did not ask or no majority is known
   */
  grant(to: string, term: number, quorumContactMs: number | undefined): LeaseGrant | undefined {
    const asked = this.asks.get(to);
    if (!asked || quorumContactMs === undefined) return undefined;
    const quorumOffsetMs = quorumContactMs - asked.receivedAtMs;
    this.granted.set(to, asked.receivedAtMs);
    const { incarnation, sentAtMs } = asked;
    return { kind: 'lease', term, incarnation, sentAtMs, quorumOffsetMs };
  }

  /** No lease that this member has from here began later than this, by this member's clock. */
  newestGrantMs(member: string): number {
    return this.granted.get(member) ?? Number.NEGATIVE_INFINITY;
  }

  /** A new life of a member has a new clock. */
  forget(member: string): void {
    this.asks.delete(member);
  }
}

/** When the lease that a grant gives began, by the clock of the member that asked. */
export function leaseBaseMs(grant: LeaseGrant): number {
  return grant.sentAtMs + Math.min(0, grant.quorumOffsetMs);
}
