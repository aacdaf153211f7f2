import type { AuthorityLease } from '../authority/authority-lease.ts';
import type { NodeContext } from '../node-context.ts';
import type { ConfigurationFacts } from '../replicated/configuration-facts.ts';
import type { OperationDesk } from './operation-desk.ts';

/** Rule 15: what a member does on its own when it has lost the right to run things. */
export class QuorumLoss {
  private readonly context: NodeContext;
  private readonly desk: OperationDesk;
  private readonly lease: AuthorityLease;
  /** Until then a new life may wait for its first lease: what it finds running has lost nothing yet. */
  private readonly firstLeaseMs: number;
  private lapsed = false;
  /** Resources whose stop was tried in this loss. */
  private readonly tried = new Set<string>();
  /** A stop failed: the watchdog must not be petted any more. */
  selfFence = false;

  constructor(context: NodeContext, desk: OperationDesk, lease: AuthorityLease) {
    this.context = context;
    this.desk = desk;
    this.lease = lease;
    this.firstLeaseMs = context.nowMs + context.timing.leaseMs;
  }

  /** Ends queued starts at once; after the delay stops exclusive resources, the last started first, one by one. */
  advance(): void {
    const { nowMs, wallMs, outbox, replica } = this.context;
    if (this.lease.holds(nowMs)) {
      this.lapsed = false;
      this.selfFence = false;
      this.tried.clear();
      return;
    }
    if (!this.lapsed) {
      this.lapsed = true;
      this.desk.refuseStarts('this member has lost its authority');
    }
    if (nowMs < this.stopAtMs() || this.policy() === 'leave') return;
    if (this.policy() === 'fence') this.selfFence = true;
    const active = this.desk.activeResources().filter((id) => mustNotRunTwice(replica.facts, this.desk, id));
    this.desk.endStarts();
    if (active.some((id) => this.desk.isBusy(id))) return;
    const next = active.find((id) => !this.tried.has(id));
    if (next !== undefined) {
      this.tried.add(next);
      outbox.log('warn', 'quorum-loss-stop', `stopping ${next}: this member has lost quorum`, {
        resource: next,
      });
      this.desk.runLocally(next, 'stop', replica.facts.stopTimeoutMs(next), wallMs);
    } else if (active.length > 0) {
      this.selfFence = true;
    }
  }

  nextDeadlineMs(): number {
    if (this.lapsed && this.context.nowMs >= this.stopAtMs()) return Number.POSITIVE_INFINITY;
    return this.lapsed ? this.stopAtMs() : this.lease.untilMs;
  }

  /** With fencing the stop is a courtesy and may wait for a blip to pass; in `unsafe` clusters it must not. */
  private stopAtMs(): number {
    const { facts } = this.context.replica;
    const unsafe = facts.flag('unsafe-recovery', false);
    const delayMs = facts.durationMs('no-quorum-delay', unsafe ? 0 : this.context.timing.detectionMs);
    return Math.max(this.lease.untilMs, this.firstLeaseMs) + delayMs;
  }

  private policy(): 'stop' | 'leave' | 'fence' {
    const { facts } = this.context.replica;
    switch (facts.option('no-quorum-policy')) {
      case 'freeze':
        return 'leave';
      case 'ignore':
        // Refused while fencing is on: the other side recovers what runs here.
        return facts.flag('fencing-enabled', true) ? 'stop' : 'leave';
      case 'fence':
      case 'suicide':
        return 'fence';
      default:
        return 'stop';
    }
  }
}

/** Exclusive here and now: a primitive, a unique instance, or the promoted copy of a clone. */
export function mustNotRunTwice(facts: ConfigurationFacts, desk: OperationDesk, id: string): boolean {
  return facts.isExclusive(id) || (facts.promotedRole(id) !== undefined && desk.mayBePromoted(id));
}
