import type { MembershipEvent } from '@holdfast/membership';
import type { PledgeNews } from '@holdfast/protocol';
import type { LeaderSuspicion } from './authority/leader-suspicion.ts';
import type { LeaseDesk } from './authority/lease-desk.ts';
import type { Leadership } from './leader/leadership.ts';
import type { NodeContext } from './node-context.ts';

/** Those who are told what membership found out. */
export interface MembershipAudience {
  readonly leases: LeaseDesk;
  readonly suspicion: LeaderSuspicion;
  /** Present while this member leads. */
  readonly leadership: () => Leadership | undefined;
  /** The roles have something to look at. */
  readonly touch: () => void;
  /** What goes along with one beat to everybody. */
  readonly news: () => PledgeNews | undefined;
}

/** Sends the heartbeats of membership, leases along with them, and passes its events on. */
export class MembershipFollower {
  private readonly context: NodeContext;
  private readonly audience: MembershipAudience;

  constructor(context: NodeContext, audience: MembershipAudience) {
    this.context = context;
    this.audience = audience;
  }

  follow(): void {
    const { membership, replica, outbox, nowMs, incarnation } = this.context;
    if (!membership.hasOutputs()) return;
    const { messages, events } = membership.takeOutputs();
    const { leader, term } = replica.consensus;
    const leadership = this.audience.leadership();
    const contactMs = leadership ? replica.consensus.quorumContactMs() : undefined;
    let news: PledgeNews | undefined | null = null;
    for (const { to, link, message } of messages) {
      const number = Number(link);
      outbox.send(to, { kind: 'membership', body: message }, number);
      if (message.type !== 'heartbeat') continue;
      if (news === null) news = this.audience.news();
      if (news) outbox.send(to, news, number);
      if (to === leader) outbox.send(to, { kind: 'leaseAsk', incarnation, sentAtMs: nowMs }, number);
      const grant = leadership?.admissions.losses.mayExtendLease(to)
        ? this.audience.leases.grant(to, term, contactMs)
        : undefined;
      if (grant) outbox.send(to, grant, number);
    }
    for (const event of events) this.tell(event);
  }

  private tell(event: MembershipEvent): void {
    const { outbox, replica, nowMs } = this.context;
    this.audience.touch();
    const { type } = event;
    if (type === 'own-health-changed') {
      outbox.log('info', type, `this member is ${event.health}`, {
        health: event.health,
        lateMs: event.lateMs,
      });
      return;
    }
    if (type === 'peer-health-changed') return;
    const level = type === 'peer-lost' || type === 'peer-unreachable' ? 'warn' : 'debug';
    outbox.log(level, type, `${event.peer}: ${type}`, { ...event });
    if (type === 'peer-suspected' || type === 'peer-lost') this.audience.suspicion.suspect(event.peer);
    if (type === 'peer-left' || type === 'peer-restarted') replica.consensus.leaderEnded(event.peer, nowMs);
  }
}
