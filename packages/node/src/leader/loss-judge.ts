import type { NodeContext } from '../node-context.ts';
import type { MemberRecord } from '../replicated/member-record.ts';

/** What the judgement asks of the rest of the leader. */
export interface LossHooks {
  readonly fencingEnabled: () => boolean;
  /** When the newest lease began that this member was given from here. */
  readonly newestGrantMs: (member: string) => number;
}

/** Default of `unsafe-stop-allowance`: time that a losing side is given to stop after its lease. Milliseconds. */
const UNSAFE_STOP_ALLOWANCE_MS = 300;
const UNREACHABLE_FACTOR = 5;
const NEVER = Number.POSITIVE_INFINITY;

/** When a member that is out of reach may be declared lost, and whether its lease may last longer (rules 11, 17). */
export class LossJudge {
  private readonly context: NodeContext;
  private readonly hooks: LossHooks;
  private readonly lostSinceMs = new Map<string, number>();
  private readonly sinceMs: number;

  constructor(context: NodeContext, hooks: LossHooks) {
    this.context = context;
    this.hooks = hooks;
    this.sinceMs = context.nowMs;
  }

  /** When this member may be declared lost. */
  lossDueMs(name: string, state: string | undefined): number {
    const { nowMs, timing } = this.context;
    if (state === 'alive' || state === 'suspected') {
      this.lostSinceMs.delete(name);
      return NEVER;
    }
    if (state === 'waiting' || state === undefined) return this.sinceMs + timing.startGraceMs;
    const sinceMs = this.lostSinceMs.get(name) ?? nowMs;
    this.lostSinceMs.set(name, sinceMs);
    const dueMs = state === 'unreachable' ? sinceMs + UNREACHABLE_FACTOR * timing.detectionMs : sinceMs;
    return this.isUnsafe() ? Math.max(dueMs, this.unsafeDueMs(name)) : dueMs;
  }

  /** Rule 17's opt-out; never while fencing works. */
  isUnsafe(): boolean {
    return !this.hooks.fencingEnabled() && this.context.replica.facts.flag('unsafe-recovery', false);
  }

  /**
   * Whether what this member holds ends with its loss. Only one that knows what is expected of it stops in time; who
   * has been probed since has followed the log up to there.
   */
  releasesWithoutProof({ probed }: MemberRecord): boolean {
    return this.isUnsafe() && this.context.replica.state.unsafeKnown && probed;
  }

  /**
   * Without proof the losing side's lease must have run out and its services must have had time to stop. Leases of an
   * earlier leader count too; this one's own are not extended once a member is out of reach.
   */
  private unsafeDueMs(name: string): number {
    const { timing, replica } = this.context;
    const delayMs = replica.facts.durationMs('no-quorum-delay', 0);
    const allowanceMs = delayMs + replica.facts.durationMs('unsafe-stop-allowance', UNSAFE_STOP_ALLOWANCE_MS);
    // Nobody votes for another before the detection time after the contact on which the old leases rest has passed.
    // With the lease instead of the detection time there is room for clocks that run 10 % apart.
    const earlierMs = replica.consensus.electedEarly ? this.sinceMs : this.sinceMs - timing.leaseMs;
    return Math.max(earlierMs, this.hooks.newestGrantMs(name)) + timing.leaseMs + allowanceMs;
  }

  /**
   * Whether this member's lease may be extended. Where time will count as proof of its end (rules 11 and 17), a member
   * that is out of reach or counts as lost must not be helped to live on, even if it is heard again meanwhile.
   */
  mayExtendLease(name: string): boolean {
    const record = this.context.replica.state.members.get(name);
    if (!record || (record.watchdogMs === null && !this.isUnsafe())) return true;
    return record.status === 'admitted' && this.context.membership.stateOf(name) !== 'lost';
  }
}
