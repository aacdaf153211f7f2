import { findVoter } from '@holdfast/consensus';
import type { Hello } from '@holdfast/protocol';
import type { NodeContext } from '../node-context.ts';
import type { MemberRecord } from '../replicated/member-record.ts';
import { type LossHooks, LossJudge } from './loss-judge.ts';
import type { MemberBoard } from './member-board.ts';
import { isPresent, VoterList } from './voter-list.ts';

/** What the admissions desk asks of the rest of the leader. */
export interface AdmissionHooks extends LossHooks {
  readonly isFencing: (member: string) => boolean;
  readonly changed: (reason: string) => void;
  readonly memberGone: (member: string) => void;
  /** Nothing is active on this member any more and nothing is under way there. */
  readonly isDrained: (member: MemberRecord) => boolean;
}

const NEVER = Number.POSITIVE_INFINITY;

/** The leader's care for the member list: who is admitted, lost or leaving (rules 6, 11, 13, 17). */
export class Admissions {
  readonly losses: LossJudge;
  readonly voters: VoterList;
  private readonly context: NodeContext;
  private readonly board: MemberBoard;
  private readonly hooks: AdmissionHooks;
  /** With the identity that the name had when it was said. */
  private readonly hellos = new Map<string, { readonly hello: Hello; readonly peerId: string | undefined }>();
  /** Members about which a command is on its way into the log. */
  private readonly busy = new Set<string>();
  /** Identities about whose store a command is on its way into the log. */
  private readonly marking = new Set<string>();
  /** Since when this leader has seen the log call a member lost. */
  private readonly lostHereSinceMs = new Map<string, number>();
  /** Members that have not reported yet -> when to ask them. */
  private readonly askAtMs = new Map<string, number>();
  private againAtMs = NEVER;

  constructor(context: NodeContext, board: MemberBoard, hooks: AdmissionHooks) {
    this.context = context;
    this.board = board;
    this.hooks = hooks;
    this.losses = new LossJudge(context, hooks);
    this.voters = new VoterList(context);
  }

  hello(from: string, hello: Hello): void {
    this.hellos.set(from, { hello, peerId: this.context.replica.state.members.get(from)?.peerId });
  }

  /** Rule 16: the store of a member is older than what it has promised. */
  outdated(name: string, peerId: string, problem: string): void {
    const { replica, wallMs, outbox } = this.context;
    const record = replica.state.members.get(name);
    if (record?.peerId !== peerId || record.outdated || this.marking.has(peerId)) return;
    this.marking.add(peerId);
    replica.propose([{ kind: 'outdated', node: name, peerId, problem, atMs: wallMs }], () => {
      this.marking.delete(peerId);
      outbox.log('error', 'member-outdated', `the store of ${name} is older than what it has promised`, {
        node: name,
        problem,
      });
      this.again(0);
    });
  }

  leave(from: string, incarnation: number, demote: boolean): void {
    const record = this.context.replica.state.members.get(from);
    if (record?.incarnation !== incarnation) return;
    if (record.status === 'left') {
      this.context.outbox.send(from, { kind: 'released', incarnation });
      return;
    }
    if (record.leaving || this.busy.has(from)) return;
    this.commit(from, { kind: 'leaving', node: from, incarnation, demote }, () => {
      this.hooks.changed(`${from} wants to leave`);
    });
  }

  advance(): void {
    this.againAtMs = NEVER;
    for (const record of [...this.context.replica.state.members.values()]) {
      if (this.busy.has(record.name)) continue;
      this.considerHello(record);
      if (record.status === 'admitted') this.considerLoss(record);
      if (record.status === 'admitted') this.askForReport(record);
      if (record.status === 'lost') this.considerWatchdog(record);
      else this.lostHereSinceMs.delete(record.name);
      if (record.leaving && !this.busy.has(record.name)) this.considerRelease(record);
    }
    this.voters.advance();
  }

  nextDeadlineMs(): number {
    return Math.min(this.againAtMs, this.voters.nextDeadlineMs());
  }

  /** Every acknowledged member has told this leader about itself. */
  allReported(): boolean {
    const { state, consensus } = this.context.replica;
    // A leader that is not acknowledged itself, or counts as lost, must not plan as if it were somebody else.
    if (state.members.get(consensus.self)?.status !== 'admitted') return false;
    for (const { name, status, incarnation } of state.members.values()) {
      if (status === 'admitted' && !this.board.current(name, incarnation)) return false;
    }
    return true;
  }

  private considerHello(record: MemberRecord): void {
    const said = this.hellos.get(record.name);
    if (!said) return;
    // Another machine has the name now: lives of the one before are none of its own.
    if (said.peerId !== record.peerId) {
      this.hellos.delete(record.name);
      return;
    }
    const { hello } = said;
    const { incarnation } = hello;
    const known = incarnation === record.incarnation;
    if (known && record.status === 'admitted' && hello.watchdogRound > record.watchdogRound) {
      const { watchdogMs: timeoutMs, watchdogRound: round } = hello;
      this.hellos.delete(record.name);
      this.commit(
        record.name,
        { kind: 'watchdog', node: record.name, incarnation, timeoutMs, round },
        () => undefined,
      );
      return;
    }
    // A new machine under an old name has to learn first how many lives came before its own.
    const dead = known && record.status !== 'lost' && record.status !== 'admitted';
    if (incarnation < record.incarnation || dead || (known && record.status === 'admitted')) {
      this.hellos.delete(record.name);
      return;
    }
    // Fencing under way ends first; a life that was lost is readmitted only when it is heard well again.
    if (this.hooks.isFencing(record.name)) {
      this.again(this.context.timing.heartbeatMs);
      return;
    }
    const { self } = this.context.replica.consensus;
    const alive = record.name === self || this.context.membership.stateOf(record.name) === 'alive';
    if (!alive) {
      this.again(this.context.timing.heartbeatMs);
      return;
    }
    this.hellos.delete(record.name);
    this.hooks.memberGone(record.name);
    const { featureLevel, life } = hello;
    this.commit(record.name, { kind: 'admit', node: record.name, incarnation, life, featureLevel }, () => {
      const { outbox } = this.context;
      outbox.log('info', 'member-admitted', `${record.name} is acknowledged`, {
        node: record.name,
        incarnation,
      });
      this.hooks.changed(`${record.name} joined`);
    });
  }

  /** A member that came back without a restart believes that this leader knows it already. */
  private askForReport({ name, incarnation }: MemberRecord): void {
    if (this.board.current(name, incarnation)) {
      this.askAtMs.delete(name);
      return;
    }
    const { nowMs, timing, outbox, replica } = this.context;
    const askAtMs = this.askAtMs.get(name) ?? nowMs + timing.repeatMs;
    if (askAtMs <= nowMs) {
      outbox.send(name, { kind: 'reportReceived', term: replica.consensus.term, incarnation, sequence: 0 });
    }
    const nextMs = askAtMs <= nowMs ? nowMs + timing.repeatMs : askAtMs;
    this.askAtMs.set(name, nextMs);
    this.again(nextMs - nowMs);
  }

  private considerLoss(record: MemberRecord): void {
    const { name, incarnation } = record;
    const { nowMs, wallMs, replica, membership, outbox } = this.context;
    if (name === replica.consensus.self) return;
    const dueMs = this.losses.lossDueMs(name, membership.stateOf(name));
    if (dueMs > nowMs) {
      if (dueMs < NEVER) this.again(dueMs - nowMs);
      return;
    }
    const unsafe = this.losses.releasesWithoutProof(record);
    this.commit(name, { kind: 'lost', node: name, incarnation, unsafe, atMs: wallMs }, () => {
      outbox.log('warn', 'member-lost', `${name} is lost`, { node: name, incarnation, unsafe });
      this.board.drop(name);
      this.hooks.memberGone(name);
      this.hooks.changed(`${name} is lost`);
    });
  }

  /**
   * Rule 11: this leader has a majority, the lost member had committed an armed watchdog, and feeds it only while its
   * own lease holds. After lease and twice the timeout it has ended; the factor covers errors of its clock's rate.
   */
  private considerWatchdog({ name, incarnation, watchdogMs }: MemberRecord): void {
    if (watchdogMs === null) return;
    const { nowMs, wallMs, timing, outbox } = this.context;
    const sinceMs = this.lostHereSinceMs.get(name) ?? nowMs;
    this.lostHereSinceMs.set(name, sinceMs);
    const dueMs = sinceMs + 2 * watchdogMs + timing.leaseMs;
    if (nowMs < dueMs) {
      this.again(dueMs - nowMs);
      return;
    }
    const proof = {
      target: name,
      targetIncarnation: incarnation,
      method: 'watchdog',
      device: 'watchdog',
    } as const;
    this.commit(name, { kind: 'proof', ...proof, atMs: wallMs }, () => {
      outbox.log('warn', 'fenced', `${name} has been reset by its watchdog`, { target: name, incarnation });
      this.hooks.changed(`the watchdog of ${name} has ended it`);
    });
  }

  private considerRelease(record: MemberRecord): void {
    if (!this.hooks.isDrained(record)) return;
    const { replica, nowMs, outbox, timing } = this.context;
    const { name, incarnation } = record;
    const { members } = replica.consensus.members;
    const votes = findVoter(members, name) !== undefined;
    const isSelf = name === replica.consensus.self;
    if (isSelf && replica.state.stopAll) {
      this.endLast(name, incarnation);
      return;
    }
    const others = members.voters.some((voter) => voter.name !== name && isPresent(this.context, voter.name));
    if (isSelf && others) {
      this.again(timing.heartbeatMs);
      const heir = members.voters.find(
        (voter) => voter.name !== name && !voter.witness && isPresent(this.context, voter.name),
      );
      if (heir) replica.consensus.transferLeadership(heir.name, nowMs);
      return;
    }
    if (votes && record.demote && others && !isSelf) {
      const refused = replica.proposeMembershipChange(
        { type: 'demote', member: name, details: 'leave' },
        nowMs,
      );
      this.again(timing.heartbeatMs);
      if (refused && refused.reason !== 'no-majority-after' && refused.reason !== 'weight-not-one') return;
      if (!refused) return;
    }
    if (isSelf && this.anyoneElsePresent(name)) {
      this.again(timing.heartbeatMs);
      return;
    }
    this.commit(name, { kind: 'left', node: name, incarnation }, () => {
      if (replica.state.members.get(name)?.status !== 'left') return;
      outbox.log('info', 'member-left', `${name} left`, { node: name, incarnation });
      this.board.drop(name);
      this.hooks.changed(`${name} left`);
      outbox.send(name, { kind: 'released', incarnation });
    });
  }

  /** The list is frozen, so without the others this leader could not even commit that it leaves: it just ends. */
  private endLast(name: string, incarnation: number): void {
    this.again(this.context.timing.heartbeatMs);
    if (!this.anyoneElsePresent(name)) this.context.outbox.send(name, { kind: 'released', incarnation });
  }

  /** When the whole cluster stops, the leader goes last. */
  private anyoneElsePresent(self: string): boolean {
    for (const { name, status } of this.context.replica.state.members.values()) {
      if (name !== self && status === 'admitted' && isPresent(this.context, name)) return true;
    }
    return false;
  }

  private commit(
    name: string,
    command: Parameters<NodeContext['replica']['propose']>[0][number],
    done: () => void,
  ): void {
    this.busy.add(name);
    this.context.replica.propose([command], (outcomes) => {
      this.busy.delete(name);
      if (outcomes !== null) done();
      this.again(0);
    });
  }

  private again(afterMs: number): void {
    this.againAtMs = Math.min(this.againAtMs, this.context.nowMs + afterMs);
  }
}
