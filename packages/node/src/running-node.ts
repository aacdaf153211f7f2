import { isConsensusMessage } from '@holdfast/consensus';
import { isMembershipMessage, Membership, type MembershipEvent } from '@holdfast/membership';
import type { StoredState, StoreOperation, TransportPeer } from '@holdfast/ports';
import type { ApiRequest, ApiResponse, Envelope, PeerMessage, StatusReport } from '@holdfast/protocol';
import { LeaderApi, refusal } from './api/leader-api.ts';
import { RequestDesk } from './api/request-desk.ts';
import { LeaderSuspicion } from './authority/leader-suspicion.ts';
import { LeaseDesk } from './authority/lease-desk.ts';
import { TieBreak } from './authority/tie-break.ts';
import type { FirstRecord } from './first-record.ts';
import type { NodeInput, NodeInspection, NodeOptions } from './io.ts';
import { Leadership } from './leader/leadership.ts';
import { statusReport } from './leader/status-report.ts';
import { Lifecycle } from './lifecycle/lifecycle-machine.ts';
import { LocalMember } from './member/local-member.ts';
import { RunIds } from './member/run-ids.ts';
import type { NodeContext } from './node-context.ts';
import { NodeView } from './node-view.ts';
import type { Outbox } from './outbox.ts';
import { seededRandom } from './random.ts';
import { Replica } from './replicated/replica.ts';
import { StatusBoard } from './status-board.ts';
import { deriveTiming } from './timing.ts';

export interface RunningNodeInit {
  readonly options: NodeOptions;
  readonly outbox: Outbox;
  readonly stored: StoredState;
  readonly first: FirstRecord;
  readonly incarnation: number;
  readonly nowMs: number;
  readonly wallMs: number;
  readonly persist: (batch: readonly StoreOperation[], done: (nowMs: number) => void) => void;
  /** This name had newer lives under another identity: remember that and start again. */
  readonly raiseIncarnation: (to: number) => void;
}

const NEVER = Number.POSITIVE_INFINITY;
/** Rounds of one settling; more mean that two parts of the node keep waking each other. */
const MAX_ROUNDS = 10_000;

/** A node whose incarnation is on disk: wires the cores and the roles of a member together. */
export class RunningNode {
  private readonly context: NodeContext;
  private readonly init: RunningNodeInit;
  private readonly member: LocalMember;
  private readonly view: NodeView;
  private readonly leases = new LeaseDesk();
  private readonly requests: RequestDesk;
  private readonly api: LeaderApi;
  private readonly lifecycle = new Lifecycle();
  private readonly statusBoard: StatusBoard;
  private readonly suspicion: LeaderSuspicion;
  private readonly tieBreak: TieBreak;
  private readonly incarnations = new Map<string, number>();
  private readonly identities = new Map<string, string>();
  private leadership: Leadership | undefined;
  private memberVersion = -1;
  private leader: string | undefined;
  private selfProposedIn = 0;
  private leaving = false;
  private leaveDeadlineMs = NEVER;
  private raising = false;
  /** Something besides heartbeats happened: the roles have to look. */
  private touched = true;
  private dueMs = Number.NEGATIVE_INFINITY;

  constructor(init: RunningNodeInit) {
    const { options, outbox, stored, first, incarnation, nowMs, wallMs, persist } = init;
    const timing = deriveTiming(options);
    const random = seededRandom(options.randomSeed);
    const { heartbeatMs, detectionMs } = timing;
    const self = options.name;
    const membership = new Membership(
      { self, incarnation, intervalMs: heartbeatMs, timeoutMs: detectionMs },
      [],
      random,
      nowMs,
    );
    const replica = new Replica({
      self,
      heartbeatMs,
      detectionMs,
      random,
      nowMs,
      stored,
      first,
      outbox,
      persist,
    });
    this.init = init;
    this.context = { options, timing, outbox, replica, membership, random, incarnation, nowMs, wallMs };
    const runIds = new RunIds();
    this.member = new LocalMember(this.context, runIds);
    this.view = new NodeView(this.context, this.member);
    this.tieBreak = new TieBreak(this.context, runIds);
    this.requests = new RequestDesk(this.context);
    this.api = new LeaderApi(this.context);
    this.statusBoard = new StatusBoard(this.context);
    this.suspicion = new LeaderSuspicion(this.context);
    this.lifecycle.send('booted');
    outbox.log('info', 'booted', `${self} begins life ${incarnation}`, { node: self, incarnation });
  }

  handle(input: NodeInput, nowMs: number, wallMs: number): void {
    this.context.nowMs = nowMs;
    this.context.wallMs = wallMs;
    // What is due comes first: a member that was paused notices before it obeys what piled up (rule 7).
    this.tickCores();
    switch (input.kind) {
      case 'message':
        this.receive(input.from, input.link, input.message as Envelope);
        break;
      case 'gossip':
        this.statusBoard.heard(input.topic, input.payload);
        break;
      case 'agentResult':
        this.member.agentResult(input.result);
        this.touched = true;
        break;
      case 'fenceResult':
        if (!this.tieBreak.result(input.result)) this.member.fenceResult(input.result);
        this.touched = true;
        break;
      case 'computed':
        this.leadership?.runner.computed(input.token, input.result);
        this.touched = true;
        break;
      case 'request':
        this.request(input.requestId, input.request);
        this.touched = true;
        break;
      case 'watchdog':
        this.member.watchdog(input.armedTimeoutMs);
        this.touched = true;
        break;
      case 'shutdown':
        this.beginLeaving(true, input.timeoutMs);
        break;
      default:
        break;
    }
    this.settle(nowMs, wallMs);
  }

  /** Lets every part go on until nothing more can be done now. */
  settle(nowMs: number, wallMs: number): void {
    const { context } = this;
    const { replica, outbox } = context;
    context.nowMs = nowMs;
    context.wallMs = wallMs;
    if (nowMs >= this.dueMs) this.touched = true;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      this.flushMembership();
      if (replica.flush(nowMs)) this.touched = true;
      this.followConsensus();
      if (this.touched) {
        this.touched = false;
        this.advanceRoles();
      }
      for (let part = outbox.loopback.shift(); part; part = outbox.loopback.shift()) {
        this.receivePart(context.options.name, 0, part);
      }
      if (!this.touched && !replica.busy && !context.membership.hasOutputs()) break;
    }
    this.dueMs = Math.min(
      this.member.nextDeadlineMs(),
      this.leadership?.nextDeadlineMs() ?? NEVER,
      this.requests.nextDeadlineMs(),
      this.statusBoard.nextDeadlineMs(),
      this.tieBreak.nextDeadlineMs(),
      this.leaveDeadlineMs,
    );
  }

  nextDeadlineMs(): number {
    const { membership, replica } = this.context;
    return Math.min(
      this.dueMs,
      membership.nextDeadlineMs(),
      // A leader's heartbeats go along with those of membership, which are never further away than one interval.
      this.leadership ? NEVER : replica.consensus.nextDeadlineMs(),
      this.suspicion.nextDeadlineMs(),
    );
  }

  inspect(): NodeInspection {
    return this.view;
  }

  status(): StatusReport {
    return this.leadership ? statusReport(this.context, this.leadership) : this.statusBoard.latest();
  }

  private tickCores(): void {
    const { membership, replica, nowMs } = this.context;
    const beats = nowMs >= membership.nextDeadlineMs();
    if (beats) {
      membership.tick(nowMs);
      this.extendOwnLease();
    }
    if (nowMs >= this.suspicion.nextDeadlineMs()) this.suspicion.act();
    if (nowMs >= replica.consensus.nextDeadlineMs() && (beats || !this.leadership))
      replica.consensus.tick(nowMs);
  }

  /** A leader's authority rests on the send times that a majority acknowledged. */
  private extendOwnLease(): void {
    if (!this.leadership) return;
    const contactMs = this.context.replica.consensus.quorumContactMs();
    if (contactMs !== undefined) this.member.lease.extend(contactMs);
  }

  private receive(from: string, link: number, envelope: Envelope): void {
    const known = this.incarnations.get(from) ?? 0;
    // Late words of a life that has ended.
    if (envelope.incarnation < known) return;
    if (envelope.incarnation > known) {
      this.incarnations.set(from, envelope.incarnation);
      this.leases.forget(from);
    }
    for (const part of envelope.parts) this.receivePart(from, link, part);
  }

  private receivePart(from: string, link: number, part: PeerMessage): void {
    const { membership, replica, nowMs } = this.context;
    switch (part.kind) {
      case 'membership':
        if (isMembershipMessage(part.body)) membership.receive(from, String(link), part.body, nowMs);
        return;
      case 'consensus':
        if (!isConsensusMessage(part.body)) return;
        replica.consensus.receive(from, part.body, nowMs);
        this.extendOwnLease();
        return;
      case 'leaseAsk':
        this.leases.note(from, part, nowMs);
        return;
      case 'lease':
        this.member.grant(part);
        return;
      default:
        this.touched = true;
        if (!this.receiveAsLeader(from, part)) this.receiveAsMember(from, part);
    }
  }

  private receiveAsLeader(from: string, part: PeerMessage): boolean {
    const { leadership } = this;
    switch (part.kind) {
      case 'hello':
        leadership?.hello(from, part);
        return true;
      case 'report':
        leadership?.report(from, part);
        this.statusBoard.news();
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
        if (leadership) this.api.handle(leadership, request, respond);
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
        this.member.command(from, part);
        return;
      case 'barrier':
        this.member.barrier(part);
        return;
      case 'records':
        this.member.records(part);
        return;
      case 'reportReceived':
        this.member.acknowledged(part.term, part.sequence);
        return;
      case 'fence':
        this.member.fence(from, part);
        return;
      case 'response':
        this.requests.responded(part.id, part.response);
        return;
      case 'released':
        if (part.incarnation === this.context.incarnation) this.exit(true, 'left the cluster');
        return;
      default:
        return;
    }
  }

  private request(requestId: number, request: ApiRequest): void {
    const { outbox } = this.context;
    if (request.kind === 'status') {
      outbox.emit({ kind: 'answer', requestId, response: { ok: true, value: this.status() } });
    } else if (request.kind === 'leave') {
      outbox.emit({ kind: 'answer', requestId, response: { ok: true, value: { leaving: true } } });
      this.beginLeaving(true, request.timeoutMs);
    } else {
      this.requests.accept(requestId, request);
    }
  }

  private flushMembership(): void {
    const { membership, replica, outbox, nowMs, incarnation } = this.context;
    if (!membership.hasOutputs()) return;
    const { messages, events } = membership.takeOutputs();
    const { leader, term } = replica.consensus;
    const contactMs = this.leadership ? replica.consensus.quorumContactMs() : undefined;
    for (const { to, link, message } of messages) {
      const number = Number(link);
      outbox.send(to, { kind: 'membership', body: message }, number);
      if (message.type !== 'heartbeat') continue;
      if (to === leader) outbox.send(to, { kind: 'leaseAsk', incarnation, sentAtMs: nowMs }, number);
      const grant = this.leadership?.admissions.mayExtendLease(to)
        ? this.leases.grant(to, term, contactMs)
        : undefined;
      if (grant) outbox.send(to, grant, number);
    }
    for (const event of events) this.membershipEvent(event);
  }

  private membershipEvent(event: MembershipEvent): void {
    const { outbox, replica, nowMs } = this.context;
    this.touched = true;
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
    if (type === 'peer-suspected' || type === 'peer-lost') this.suspicion.suspect(event.peer);
    if (type === 'peer-left' || type === 'peer-restarted') replica.consensus.leaderEnded(event.peer, nowMs);
  }

  private followConsensus(): void {
    const { replica, outbox } = this.context;
    const { consensus } = replica;
    if (replica.events.length > 0) {
      this.touched = true;
      replica.events = [];
    }
    if (consensus.leader !== this.leader) {
      this.leader = consensus.leader;
      this.requests.leaderChanged(this.leader);
      outbox.log('info', 'leader-changed', `the leader is ${this.leader ?? 'not known'}`, {
        leader: this.leader ?? null,
        term: consensus.term,
      });
    }
    if (this.leadership && (!replica.isLeader || this.leadership.term !== consensus.term)) {
      this.leadership.end();
      this.leadership = undefined;
      replica.giveUpPending();
      this.touched = true;
    }
    if (replica.isLeader && !this.leadership) {
      this.leadership = new Leadership(this.context, this.leases);
      const proof = this.tieBreak.takeProof();
      if (proof) replica.propose([proof]);
      this.extendOwnLease();
      this.touched = true;
    }
    if (this.memberVersion !== replica.state.memberVersion) this.membersChanged();
  }

  private membersChanged(): void {
    const { replica, membership, nowMs, options, outbox } = this.context;
    const { state } = replica;
    this.memberVersion = state.memberVersion;
    this.touched = true;
    const known = state.members.size > 0 ? [...state.members.values()] : this.init.first.members;
    const others = known.filter(({ name }) => name !== options.name);
    // A name that was given to a new machine begins its lives anew.
    const renewed = new Set<string>();
    for (const { name, peerId } of others) {
      if ((this.identities.get(name) ?? peerId) !== peerId) renewed.add(name);
      this.identities.set(name, peerId);
    }
    for (const name of renewed) this.incarnations.delete(name);
    const watched = others.map(({ name, addresses }) => ({
      name,
      links: addresses.map((_, link) => String(link)),
    }));
    if (renewed.size > 0) {
      membership.setPeers(
        watched.filter(({ name }) => !renewed.has(name)),
        nowMs,
      );
    }
    membership.setPeers(watched, nowMs);
    outbox.singleLink.clear();
    for (const { name, addresses } of others) if (addresses.length === 1) outbox.singleLink.add(name);
    const peers: TransportPeer[] = others.map(({ name, peerId, addresses }) => ({
      name,
      peerId,
      addresses,
      role: 'member',
    }));
    for (const { peerId } of state.tickets.values()) {
      peers.push({ name: `joiner-${peerId}`, peerId, addresses: [], role: 'joiner' });
    }
    outbox.emit({ kind: 'peers', peers });
  }

  private advanceRoles(): void {
    const { replica } = this.context;
    this.proposeSelf();
    this.watchOwnRecord();
    this.member.advance();
    this.tieBreak.advance(this.member.startsRefused(this.context.nowMs) === null);
    this.leadership?.advance();
    this.requests.advance();
    this.statusBoard.advance(this.leadership);
    this.followLifecycle();
    if (replica.state.stopAll && !this.leaving && this.member.admitted) this.beginLeaving(false, 600_000);
    if (this.context.nowMs >= this.leaveDeadlineMs) this.exit(false, 'it could not leave cleanly in time');
  }

  /** The founder of a cluster puts itself on the member list. */
  private proposeSelf(): void {
    const { replica, options, wallMs } = this.context;
    const { consensus, state } = replica;
    if (!consensus.hasCommittedOwnTerm || state.members.has(options.name)) return;
    if (this.selfProposedIn === consensus.term) return;
    this.selfProposedIn = consensus.term;
    const { name, peerId, addresses } = options;
    const base = { name, peerId, addresses, voter: true, witness: false, ticketPeerId: null };
    replica.propose([{ kind: 'addMember', ...base, atMs: wallMs }]);
  }

  private watchOwnRecord(): void {
    const { record } = this.member;
    const { incarnation, options } = this.context;
    if (!record || record.peerId !== options.peerId) return;
    if (record.status === 'new' && record.incarnation >= incarnation && !this.raising) {
      this.raising = true;
      this.init.raiseIncarnation(record.incarnation);
    } else if (record.incarnation === incarnation && record.status === 'fenced') {
      this.exit(false, 'this life of the member was proven fenced');
    } else if (record.incarnation === incarnation && record.status === 'left') {
      this.exit(true, 'left the cluster');
    }
  }

  private beginLeaving(demote: boolean, timeoutMs: number): void {
    if (this.leaving) return;
    this.leaving = true;
    this.touched = true;
    this.leaveDeadlineMs = this.context.nowMs + timeoutMs;
    this.lifecycle.send('leave');
    if (this.member.admitted) this.member.leave(demote);
    else this.exit(true, 'it was no active member');
  }

  private exit(clean: boolean, reason: string): void {
    const { membership, nowMs, outbox } = this.context;
    if (outbox.last) return;
    this.lifecycle.send('ended');
    if (clean) membership.leave(nowMs);
    outbox.last = { kind: 'exit', clean, reason };
  }

  private followLifecycle(): void {
    const { nowMs, outbox } = this.context;
    const before = this.lifecycle.state;
    const authority = this.member.startsRefused(nowMs) === null;
    if (this.member.admitted) this.lifecycle.send('admitted');
    else this.lifecycle.send('expelled');
    if (authority) this.lifecycle.send('authorized');
    else this.lifecycle.send('lapsed');
    this.lifecycle.send(this.leadership ? 'elected' : 'deposed');
    const { state } = this.lifecycle;
    if (state !== before) {
      outbox.log('info', 'lifecycle', `${before} -> ${state}`, { from: before, to: state });
    }
  }
}
