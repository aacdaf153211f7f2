import type { AuthorityLease } from '../authority/authority-lease.ts';
import type { NodeContext } from '../node-context.ts';
import type { ConfigurationFacts } from '../replicated/configuration-facts.ts';
import type { OperationDesk } from './operation-desk.ts';

type Policy = 'stop' | 'demote' | 'leave' | 'fence';

/** Rule 15: what a member does on its own when it has lost the right to run things. */
export class QuorumLoss {
  private readonly context: NodeContext;
  private readonly desk: OperationDesk;
  private readonly lease: AuthorityLease;
  /** Until then a new life may wait for its first lease: what it finds running has lost nothing yet. */
  private readonly firstLeaseMs: number;
  private lapsed = false;
  /** What was tried in this loss: `stop web`. */
  private readonly tried = new Set<string>();
  /** A stop failed: the watchdog must not be petted any more. */
  selfFence = false;

  constructor(context: NodeContext, desk: OperationDesk, lease: AuthorityLease) {
    this.context = context;
    this.desk = desk;
    this.lease = lease;
    this.firstLeaseMs = context.nowMs + context.timing.leaseMs;
  }

  /** Ends queued starts at once; after the delay stops (or demotes) what must not run twice, newest first. */
  advance(): void {
    const { nowMs, wallMs, outbox, replica } = this.context;
    if (this.lease.holds(nowMs)) {
      this.lapsed = false;
      this.selfFence = false;
      if (this.tried.size > 0) this.tried.clear();
      return;
    }
    if (!this.lapsed) {
      this.lapsed = true;
      this.desk.refuseStarts('this member has lost its authority');
    }
    const policy = this.policy();
    if (nowMs < this.stopAtMs() || policy === 'leave') return;
    if (policy === 'fence') this.selfFence = true;
    const active = this.desk.slots
      .activeResources()
      .filter((id) => mustNotRunTwice(replica.facts, this.desk, id));
    this.desk.makeWayForStops(active);
    if (active.some((id) => this.desk.slots.isBusy(id))) return;
    for (const id of active) {
      const operation = this.nextStep(id, policy);
      if (!operation) continue;
      this.tried.add(`${operation} ${id}`);
      const text = `${operation} of ${id}: this member has lost quorum`;
      outbox.log('warn', `quorum-loss-${operation}`, text, { resource: id });
      this.desk.runLocally(id, operation, replica.facts.timeoutMs(id, operation), wallMs);
      return;
    }
    if (active.length > 0) this.selfFence = true;
  }

  /** With `demote` a promoted copy is demoted and goes on; it is stopped only if that did not help. */
  private nextStep(id: string, policy: Policy): 'demote' | 'stop' | undefined {
    const demotes = policy === 'demote' && !this.context.replica.facts.isExclusive(id);
    if (demotes && !this.tried.has(`demote ${id}`)) return 'demote';
    return this.tried.has(`stop ${id}`) ? undefined : 'stop';
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

  private policy(): Policy {
    const { facts } = this.context.replica;
    // The other side starts things without proof, so nothing may go on here.
    const unsafe = facts.flag('unsafe-recovery', false);
    switch (facts.option('no-quorum-policy')) {
      case 'freeze':
        return unsafe ? 'stop' : 'leave';
      case 'ignore':
        // Refused while fencing is on: the other side recovers what runs here.
        return unsafe || facts.flag('fencing-enabled', true) ? 'stop' : 'leave';
      case 'demote':
        return 'demote';
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
  return facts.isExclusive(id) || (facts.promotedRole(id) !== undefined && desk.slots.mayBePromoted(id));
}
