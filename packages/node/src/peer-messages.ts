import type { Message } from '@holdfast/consensus';
import type { Message as MembershipMessage } from '@holdfast/membership';
import type { ApiResponse, Envelope, PeerMessage } from '@holdfast/protocol';
import { type LeaderApi, refusal } from './api/leader-api.ts';
import type { RequestDesk } from './api/request-desk.ts';
import type { LeaseDesk } from './authority/lease-desk.ts';
import type { Leadership } from './leader/leadership.ts';
import type { LifeCheck } from './lives/life-check.ts';
import type { LocalMember } from './member/local-member.ts';
import type { MemberList } from './member-list.ts';
import type { NodeContext } from './node-context.ts';
import type { StatusBoard } from './status-board.ts';

/** Messages of consensus that count in favour of whoever gets them. */
const SUPPORT: ReadonlySet<Message['type']> = new Set([
  'pre-vote-reply',
  'vote-reply',
  'append-reply',
  'append-refusal',
  'heartbeat-reply',
  'snapshot-part-reply',
]);

function isSupport({ type }: Message): boolean {
  return SUPPORT.has(type);
}

/** The parts of a member that messages are for. */
export interface Recipients {
  readonly member: LocalMember;
  readonly leases: LeaseDesk;
  readonly requests: RequestDesk;
  readonly api: LeaderApi;
  readonly statusBoard: StatusBoard;
  readonly lives: LifeCheck;
  readonly members: MemberList;
  /** Present while this member leads. */
  readonly leadership: () => Leadership | undefined;
  /** A message of consensus was taken in: a leader's authority may last longer. */
  readonly consensusHeard: () => void;
  /** This member may start things for longer than before. */
  readonly leaseExtended: () => void;
  /** The roles have something to look at. */
  readonly touch: () => void;
  /** The leader has released this life of the member. */
  readonly released: () => void;
}

/** Hands what peers send, and what this member sends to itself, to the part it is for. */
export class PeerMessages {
  private readonly context: NodeContext;
  private readonly to: Recipients;

  constructor(context: NodeContext, recipients: Recipients) {
    this.context = context;
    this.to = recipients;
  }

  receive(from: string, link: number, envelope: Envelope): void {
    const { lives } = this.to;
    const usable = lives.hears(from, envelope);
    if (usable === 'all') {
      for (const part of envelope.parts) {
        if (!lives.receive(from, envelope.life, part)) this.receivePart(from, link, part);
      }
      return;
    }
    for (const part of envelope.parts) {
      if (usable === 'none') {
        if (part.kind === 'outdated') lives.receive(from, envelope.life, part);
      } else if (!lives.receive(from, envelope.life, part)) {
        if (part.kind === 'membership') this.receivePart(from, link, part);
        else lives.hold(from, () => this.receivePart(from, link, part));
      }
    }
  }

  /** A name that was given to a new machine begins its lives anew. */
  forget(name: string): void {
    this.to.lives.forget(name);
  }

  /** The part was checked when its envelope was read. */
  receivePart(from: string, link: number, part: PeerMessage): void {
    const { membership, nowMs } = this.context;
    switch (part.kind) {
      case 'membership':
        membership.receive(from, String(link), part.body as MembershipMessage, nowMs);
        return;
      case 'consensus':
        this.receiveConsensus(from, part.body as Message);
        return;
      case 'pledge':
        this.to.lives.notePledge(from, part.pledge);
        return;
      case 'leaseAsk':
        this.to.leases.note(from, part, nowMs);
        return;
      case 'lease':
        if (this.to.member.grant(part)) this.to.leaseExtended();
        return;
      default:
        this.to.touch();
        if (!this.receiveAsLeader(from, part)) this.receiveAsMember(from, part);
    }
  }

  private receiveConsensus(from: string, message: Message): void {
    const { membership, replica, nowMs } = this.context;
    if (isSupport(message) && this.to.members.isHearsay(from)) return;
    this.to.lives.noteConsensus(from, message);
    replica.consensus.receive(from, message, nowMs);
    this.to.consensusHeard();
    // The answer to the leader leaves with this member's own beat.
    if (message.type === 'heartbeat' && replica.consensus.leader === from) membership.beatAlong(nowMs);
  }

  private receiveAsLeader(from: string, part: PeerMessage): boolean {
    const leadership = this.to.leadership();
    switch (part.kind) {
      case 'hello':
        leadership?.hello(from, part);
        return true;
      case 'report':
        leadership?.report(from, part);
        this.to.statusBoard.news();
        return true;
      case 'received':
        if (leadership?.term === part.term)
          leadership.runner.commands.received(from, part.transition, part.actions);
        return true;
      case 'fenceAnswer':
        leadership?.fenceAnswer(part);
        return true;
      case 'leave':
        leadership?.leave(from, part);
        return true;
      case 'request': {
        const { id, request } = part;
        const { outbox } = this.context;
        const respond = (response: ApiResponse) => outbox.send(from, { kind: 'response', id, response });
        if (leadership) this.to.api.handle(leadership, request, respond);
        else respond(refusal('NO_LEADER'));
        return true;
      }
      default:
        return false;
    }
  }

  private receiveAsMember(from: string, part: PeerMessage): void {
    switch (part.kind) {
      case 'command':
        this.to.member.command(from, part);
        return;
      case 'barrier':
        this.to.member.barrier(part);
        return;
      case 'records':
        this.to.member.records(part);
        return;
      case 'reportReceived':
        // Late, and for an earlier life, whose reports had the same numbers.
        if (part.incarnation === this.context.incarnation)
          this.to.member.acknowledged(part.term, part.sequence);
        return;
      case 'fence':
        this.to.member.fence(from, part);
        return;
      case 'response':
        this.to.requests.responded(part.id, part.response);
        return;
      case 'rosterAsk':
        this.to.members.asked(from, part);
        return;
      case 'roster':
        this.to.members.answered(part);
        return;
      case 'released':
        if (part.incarnation === this.context.incarnation) this.to.released();
        return;
      default:
        return;
    }
  }
}
