import { Membership } from '@holdfast/membership';
import type { StoredState, StoreOperation } from '@holdfast/ports';
import {
  type ApiRequest,
  type Envelope,
  FEATURE_LEVEL,
  type PeerMessage,
  type StatusReport,
} from '@holdfast/protocol';
import { LeaderApi } from './api/leader-api.ts';
import { RequestDesk } from './api/request-desk.ts';
import { LeaderSuspicion } from './authority/leader-suspicion.ts';
import { LeaseDesk } from './authority/lease-desk.ts';
import { TieBreak } from './authority/tie-break.ts';
import { Departure } from './departure.ts';
import type { FirstRecord } from './first-record.ts';
import type { NodeInput, NodeInspection, NodeOptions } from './io.ts';
import { Leadership } from './leader/leadership.ts';
import { statusReport } from './leader/status-report.ts';
import { Lifecycle, type LifecycleState } from './lifecycle/lifecycle-machine.ts';
import { LifeCheck } from './lives/life-check.ts';
import type { Lineage } from './lives/lineage.ts';
import { LocalMember } from './member/local-member.ts';
import { MemberMemory } from './member/member-memory.ts';
import { RunIds } from './member/run-ids.ts';
import { MemberList } from './member-list.ts';
import { MembershipFollower } from './membership-follower.ts';
import type { NodeContext } from './node-context.ts';
import { NodeView } from './node-view.ts';
import type { Outbox } from './outbox.ts';
import { PeerMessages } from './peer-messages.ts';
import { seededRandom } from './random.ts';
import { Replica } from './replicated/replica.ts';
import type { ReadSnapshot } from './replicated/snapshot-data.ts';
import { StatusBoard } from './status-board.ts';
import { deriveTiming } from './timing.ts';

export interface RunningNodeInit {
  readonly options: NodeOptions;
  readonly outbox: Outbox;
  readonly stored: StoredState;
  readonly first: FirstRecord;
  /** The snapshot of `stored`, if it was read before. */
  readonly snapshot: ReadSnapshot | undefined;
  readonly incarnation: number;
  /** First life on this boot of the machine; 0: not known. */
  readonly bootSince: number;
  readonly nowMs: number;
  readonly wallMs: number;
  /** The lives of this store, the present one included. */
  readonly lineage: Lineage;
  readonly persist: (batch: readonly StoreOperation[], done: (nowMs: number) => void) => void;
  /** The store is older than what this member has promised: ends the process. */
  readonly outdated: (problem: string) => void;
  /** This name had newer lives under another identity: remember that and start again. */
  readonly raiseIncarnation: (to: number) => void;
}

const NEVER = Number.POSITIVE_INFINITY;
/** Rounds of one settling; more mean that two parts of the node keep waking each other. */
const MAX_ROUNDS = 10_000;

/** A node whose incarnation is on disk: wires the cores and the roles of a member together. */
export class RunningNode {
  private readonly context: NodeContext;
  private readonly member: LocalMember;
  private readonly view: NodeView;
  private readonly lives: LifeCheck;
  private readonly leases = new LeaseDesk();
  private readonly requests: RequestDesk;
  private readonly messages: PeerMessages;
  private readonly members: MemberList;
  private readonly membershipFollower: MembershipFollower;
  private readonly departure: Departure;
  private readonly lifecycle = new Lifecycle();
  private readonly statusBoard: StatusBoard;
  private readonly suspicion: LeaderSuspicion;
  private readonly tieBreak: TieBreak;
  /** What the lifecycle was told last, and where that led. */
  private told = -1;
  private toldState: LifecycleState = 'booting';
  private leadership: Leadership | undefined;
  private leader: string | undefined;
  private selfProposedIn = 0;
  /** Something besides heartbeats happened: the roles have to look. */
  private touched = true;
  private dueMs = Number.NEGATIVE_INFINITY;
  /** The roles looked, or a lease moved: `dueMs` may be another. A heartbeat alone changes nothing of it. */
  private dueStale = true;

  constructor(init: RunningNodeInit) {
    const { options, outbox, stored, first, snapshot, incarnation, nowMs, wallMs, persist } = init;
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
      snapshot,
      outbox,
      featureLevel: options.featureLevel ?? FEATURE_LEVEL,
      persist,
    });
    this.context = { options, timing, outbox, replica, membership, random, incarnation, nowMs, wallMs };
    const runIds = new RunIds();
    const memory = new MemberMemory({
      records: stored.records,
      bootId: options.bootId,
      incarnation,
      persist: (batch) => persist(batch, () => undefined),
    });
    this.member = new LocalMember(this.context, { runIds, memory, bootSince: init.bootSince });
    this.tieBreak = new TieBreak(this.context, runIds);
    this.requests = new RequestDesk(this.context);
    this.statusBoard = new StatusBoard(this.context);
    this.suspicion = new LeaderSuspicion(this.context);
    this.members = new MemberList(this.context, first);
    const { member, lifecycle, leases, requests, statusBoard, suspicion } = this;
    const leadership = () => this.leadership;
    const touch = () => {
      this.touched = true;
    };
    this.departure = new Departure(this.context, {
      member,
      lifecycle,
      raiseIncarnation: init.raiseIncarnation,
    });
    this.lives = this.checkLives(init);
    this.view = new NodeView(this.context, this.member, this.lives);
    const news = () => this.lives.pledgeNews();
    const audience = { leases, suspicion, leadership, touch, news };
    this.membershipFollower = new MembershipFollower(this.context, audience);
    this.messages = new PeerMessages(this.context, {
      member,
      leases,
      requests,
      api: new LeaderApi(this.context),
      statusBoard,
      lives: this.lives,
      members: this.members,
      leadership,
      consensusHeard: () => this.extendOwnLease(),
      leaseExtended: () => {
        this.dueStale = true;
      },
      touch,
      released: () => this.departure.exit(true, 'left the cluster'),
    });
    this.lifecycle.send('booted');
    outbox.log('info', 'booted', `${self} begins life ${incarnation}`, { node: self, incarnation });
  }

  private checkLives({ stored, lineage, persist, outdated }: RunningNodeInit): LifeCheck {
    return new LifeCheck(this.context, {
      lineage,
      records: stored.records,
      persist: (batch, done) =>
        persist(batch, (nowMs) => {
          this.context.nowMs = nowMs;
          done();
        }),
      peerIdOf: (name) => this.members.peerIdOf(name),
      otherNames: () => this.members.otherNames(),
      newLife: (name) => this.leases.forget(name),
      known: () => {
        this.touched = true;
      },
      outdatedPeer: (name, notice) =>
        this.leadership?.admissions.outdated(name, notice.peerId, notice.problem),
      outdated,
    });
  }

  handle(input: NodeInput, nowMs: number, wallMs: number): void {
    this.context.nowMs = nowMs;
    this.context.wallMs = wallMs;
    if (this.lives.ended) {
      this.lives.bidFarewell();
      return;
    }
    // What is due comes first: a member that was paused notices before it obeys what piled up (rule 7).
    this.tickCores();
    switch (input.kind) {
      case 'tick':
        this.context.replica.advance(nowMs);
        break;
      case 'message':
        this.messages.receive(input.from, input.link, input.message as Envelope);
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
        this.departure.begin(true, input.timeoutMs);
        this.touched = true;
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
    // A member with an outdated store does nothing any more but say so.
    if (this.lives.ended) return;
    if (nowMs >= this.dueMs) this.touched = true;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      this.membershipFollower.follow();
      if (replica.flush(nowMs)) this.touched = true;
      this.followConsensus();
      if (this.touched) {
        this.touched = false;
        this.dueStale = true;
        this.advanceRoles();
      }
      while (outbox.loopback.length > 0) {
        this.messages.receivePart(context.options.name, 0, outbox.loopback.shift() as PeerMessage);
      }
      if (!this.touched && !replica.busy && !context.membership.hasOutputs()) break;
    }
    if (this.dueStale) this.findDue();
  }

  private findDue(): void {
    this.dueStale = false;
    this.dueMs = Math.min(
      this.member.nextDeadlineMs(),
      this.leadership?.nextDeadlineMs() ?? NEVER,
      this.requests.nextDeadlineMs(),
      this.statusBoard.nextDeadlineMs(),
      this.members.nextDeadlineMs(),
      this.tieBreak.nextDeadlineMs(),
      this.departure.nextDeadlineMs(),
    );
  }

  nextDeadlineMs(): number {
    const { membership, replica } = this.context;
    if (this.lives.ended) return this.lives.nextDeadlineMs();
    return Math.min(
      this.dueMs,
      membership.nextDeadlineMs(),
      replica.nextDeadlineMs(),
      this.lives.memory.nextDeadlineMs(),
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
    // A note for later lives: no role waits for it.
    this.lives.memory.advance(nowMs);
    if (nowMs >= replica.consensus.nextDeadlineMs() && (beats || !this.leadership))
      replica.consensus.tick(nowMs);
  }

  /** A leader's authority rests on the send times that a majority acknowledged. */
  private extendOwnLease(): void {
    if (!this.leadership) return;
    const contactMs = this.context.replica.consensus.quorumContactMs();
    if (contactMs !== undefined && this.member.lease.extend(contactMs)) this.dueStale = true;
  }

  private request(requestId: number, request: ApiRequest): void {
    const { outbox } = this.context;
    if (request.kind === 'status') {
      outbox.emit({ kind: 'answer', requestId, response: { ok: true, value: this.status() } });
    } else if (request.kind === 'leave') {
      outbox.emit({ kind: 'answer', requestId, response: { ok: true, value: { leaving: true } } });
      this.departure.begin(true, request.timeoutMs);
    } else {
      this.requests.accept(requestId, request);
    }
  }

  private followConsensus(): void {
    const { replica, outbox } = this.context;
    const { consensus } = replica;
    if (replica.events.length > 0) {
      this.touched = true;
      for (const event of replica.events) {
        if (event.type !== 'member-regressed') continue;
        const problem = `it had acknowledged entry ${event.acknowledged}`;
        const peerId = this.members.peerIdOf(event.member) ?? '';
        this.leadership?.admissions.outdated(event.member, peerId, problem);
      }
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
    if (this.members.isOutdated) this.membersChanged();
  }

  private membersChanged(): void {
    this.touched = true;
    for (const name of this.members.follow()) this.messages.forget(name);
  }

  private advanceRoles(): void {
    this.proposeSelf();
    this.departure.watchOwnRecord();
    this.lives.watchOwnRecord();
    this.members.advance();
    this.member.advance();
    this.tieBreak.advance(this.member.startsRefused(this.context.nowMs) === null);
    this.leadership?.advance();
    this.requests.advance();
    this.statusBoard.advance(this.leadership);
    this.followLifecycle();
    this.departure.advance();
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

  private followLifecycle(): void {
    const { nowMs, outbox } = this.context;
    const before = this.lifecycle.state;
    const { admitted } = this.member;
    const authority = this.member.startsRefused(nowMs) === null;
    const told = (admitted ? 1 : 0) + (authority ? 2 : 0) + (this.leadership ? 4 : 0);
    // In most steps nothing of it is news.
    if (told === this.told && before === this.toldState) return;
    if (admitted) this.lifecycle.send('admitted');
    else this.lifecycle.send('expelled');
    if (authority) this.lifecycle.send('authorized');
    else this.lifecycle.send('lapsed');
    this.lifecycle.send(this.leadership ? 'elected' : 'deposed');
    const { state } = this.lifecycle;
    this.told = told;
    this.toldState = state;
    if (state !== before) {
      outbox.log('info', 'lifecycle', `${before} -> ${state}`, { from: before, to: state });
    }
  }
}
