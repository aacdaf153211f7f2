import { assert } from '@holdfast/ports';
import { ConsensusView } from './consensus-view.ts';
import { appendEntry, becomeFollower, isWitness, resetElectionDeadline } from './core.ts';
import { mayStand } from './deciding.ts';
import { countOwnVote, electionTimedOut } from './election.ts';
import { type Entry, type Snapshot, smallEntryBytes } from './entry.ts';
import {
  checkQuorum,
  handsOver,
  hasCommittedOwnTerm,
  maybeCommit,
  maybeHandOver,
  sendHeartbeats,
} from './leadership.ts';
import {
  isReachable,
  type MembershipChange,
  type Proposed,
  proposeMembershipChange,
} from './membership-change.ts';
import type { Message } from './message.ts';
import type { ConsensusOptions } from './options.ts';
import type { Outputs } from './outputs.ts';
import type { PersistentState } from './persistent-state.ts';
import { startPosition } from './pledge.ts';
import { findVoter } from './quorum/voters.ts';
import { receive } from './receive.ts';
import type { Refused } from './refusal.ts';
import { confirmReads, flushReplication } from './replication.ts';
import { commitSoleVoter, type SoleVoterFacts, type SoleVoterStarted } from './sole-voter.ts';
import { startingCore } from './starting-core.ts';

/** One command to put into the log. */
export interface Proposal {
  /** JSON; never looked into. */
  readonly payload: unknown;
  /** Size of the payload when encoded. */
  readonly bytes: number;
}

/**
 * One member's consensus core: a replicated log with weighted votes. It does no I/O and reads no clock: the
 * caller feeds it time and messages and carries out what `takeOutputs` asks for. Read the README for the
 * duties of the caller.
 *
 * `nowMs` is always the member's own monotonic clock. It never has to agree with anybody else's, and a
 * wrong one costs availability only (rule 5).
 */
export class Consensus extends ConsensusView {
  /** @param random the caller's seeded draw in [0, 1); used to spread elections */
  constructor(options: ConsensusOptions, state: PersistentState, random: () => number, nowMs: number) {
    const core = startingCore(options, state, random, nowMs);
    super(core, startPosition(state, core.log));
    resetElectionDeadline(this.core);
    const { members } = core.log.members;
    if (!mayStand(this.core)) this.core.electionDeadlineMs = Number.POSITIVE_INFINITY;
    // Nobody to wait for. Others, if there are any, may have to tell a sole voter that its store is an old copy.
    else if (members.voters.length === 1 && members.learners.length === 0)
      this.core.electionDeadlineMs = nowMs;
  }

  /** Lets time pass. Call it at `nextDeadlineMs()` or later; calling it more often does no harm. */
  tick(nowMs: number): void {
    const { core } = this;
    this.advance(nowMs);
    if (core.role !== 'leader') {
      if (core.nowMs >= core.electionDeadlineMs) electionTimedOut(core);
      return;
    }
    if (core.transfer !== undefined && core.nowMs >= core.transfer.deadlineMs) {
      core.outEvents.push({ type: 'transfer-ended', to: core.transfer.to, outcome: 'given-up' });
      core.transfer = undefined;
    }
    if (core.nowMs >= core.nextHeartbeatMs) sendHeartbeats(core);
  }

  /** When `tick` is due next; Infinity when nothing is. */
  nextDeadlineMs(): number {
    const { core } = this;
    if (core.role !== 'leader') return core.electionDeadlineMs;
    const soonest = Math.min(core.nextHeartbeatMs, core.quorumDeadlineMs);
    return core.transfer === undefined ? soonest : Math.min(soonest, core.transfer.deadlineMs);
  }

  /**
   * Takes in a message of another member. The caller has checked sender, cluster UUID and form
   * (`isConsensusMessage`). Loss, repetition and reordering are all right.
   */
  receive(from: string, message: Message, nowMs: number): void {
    this.advance(nowMs);
    const before = this.core.log.members.index;
    receive(this.core, from, message);
    if (this.core.log.members.index !== before) this.votingRightMayHaveChanged();
  }

  /**
   * The batch with this token, and all before it, are on disk. A failed write must end the process instead
   * (rule 3).
   */
  persisted(token: number, nowMs: number): void {
    const { core } = this;
    this.advance(nowMs);
    core.persist.done(token, core.log, core.outMessages);
    countOwnVote(core);
    maybeCommit(core);
  }

  /**
   * Puts commands into the log, as one group. Sent and written by the next `takeOutputs`, together with
   * others.
   */
  propose(proposals: readonly Proposal[], nowMs: number): Proposed | Refused {
    const { core } = this;
    this.advance(nowMs);
    assert(proposals.length > 0, 'a proposal has at least one command');
    if (core.role !== 'leader') return { ok: false, reason: 'not-leader', leader: core.leader };
    if (handsOver(core)) return { ok: false, reason: 'transferring' };
    let bytes = 0;
    for (const proposal of proposals) bytes += Math.max(proposal.bytes, smallEntryBytes);
    // One group above the limit still passes when nothing else is waiting, or it never could.
    if (core.uncommittedBytes > 0 && core.uncommittedBytes + bytes > core.options.maxUncommittedBytes) {
      return { ok: false, reason: 'overloaded' };
    }
    core.uncommittedBytes += bytes;
    const firstIndex = core.log.lastIndex + 1;
    for (const { payload, bytes: size } of proposals) {
      const entry: Entry = {
        index: core.log.lastIndex + 1,
        term: core.term,
        kind: 'command',
        payload,
        bytes: Math.max(size, smallEntryBytes),
      };
      appendEntry(core, entry);
    }
    core.replicationDue = true;
    return { ok: true, index: core.log.lastIndex, firstIndex, term: core.term };
  }

  /** Proposes one step of the member list (rules 4, 13). */
  proposeMembershipChange(change: MembershipChange, nowMs: number): Proposed | Refused {
    this.advance(nowMs);
    return proposeMembershipChange(this.core, change);
  }

  /**
   * Asks for a linearizable read (ReadIndex). The answer comes in `reads` under `token`, or with no index
   * when leadership ended before. Members other than the leader forward the question to it.
   */
  requestRead(token: unknown, nowMs: number): { readonly ok: true } | Refused {
    const { core } = this;
    this.advance(nowMs);
    if (core.role !== 'leader') return { ok: false, reason: 'not-leader', leader: core.leader };
    if (core.reads.length >= core.options.maxPendingReads) return { ok: false, reason: 'overloaded' };
    core.reads.push({ token, index: hasCommittedOwnTerm(core) ? core.commitIndex : -1, round: 0 });
    return { ok: true };
  }

  /**
   * Hands leadership to a voter: proposals are refused until it has everything, then this member steps down
   * (which ends its lease) and tells it to stand. Given up after the election timeout.
   */
  transferLeadership(to: string, nowMs: number): { readonly ok: true } | Refused {
    const { core } = this;
    this.advance(nowMs);
    if (core.role !== 'leader') return { ok: false, reason: 'not-leader', leader: core.leader };
    if (core.transfer !== undefined) return { ok: false, reason: 'transferring' };
    if (to === core.options.self || findVoter(core.log.members.members, to) === undefined) {
      return { ok: false, reason: 'unknown-member' };
    }
    if (!isReachable(core, to)) return { ok: false, reason: 'not-caught-up' };
    core.transfer = { to, deadlineMs: core.nowMs + core.options.electionTimeoutMinMs };
    core.replicationDue = true;
    maybeHandOver(core, to);
    return { ok: true };
  }

  /** Rule 9: goes on alone after proof that the other one of two voters is dead. See `SoleVoterFacts`. */
  commitSoleVoter(facts: SoleVoterFacts, nowMs: number): SoleVoterStarted | Refused {
    this.advance(nowMs);
    return commitSoleVoter(this.core, facts);
  }

  /**
   * A hint of membership that the leader seems lost: stand soon instead of waiting for the random timeout,
   * but never before the election timeout since it was heard last. So every lease that rests on this
   * member's answers, which ends at most that long after a heartbeat was *sent*, has ended before. Ignored
   * unless `leader` is the leader.
   */
  suspectLeader(leader: string, nowMs: number): void {
    const { core } = this;
    this.advance(nowMs);
    if (core.role !== 'follower' || core.leader !== leader || !mayStand(core)) return;
    const spread = core.options.suspicionSpreadMs * (isWitness(core) ? 1 + core.random() : core.random());
    const earliest = Math.max(core.nowMs, core.loyalUntilMs);
    core.electionDeadlineMs = Math.min(core.electionDeadlineMs, earliest + spread);
  }

  /**
   * The caller knows for sure that the process which led has ended (it said goodbye, or a newer incarnation
   * was heard), and with it the lease: there is nobody to be loyal to. Ignored unless `leader` is the
   * leader.
   */
  leaderEnded(leader: string, nowMs: number): void {
    const { core } = this;
    if (core.leader !== leader || core.role === 'leader') return;
    core.loyalUntilMs = nowMs;
    this.suspectLeader(leader, nowMs);
  }

  /**
   * Replaces entries up to `index`, which the caller has applied, by its state. Some of them stay for members that lag a
   * little, which then need no snapshot.
   *
   * @param retainEntries at least 0
   * @param retainBytes of those at most so many bytes stay
   * @default retainEntries 1000
   * @default retainBytes 4194304
   */
  compact(index: number, data: string, retainEntries = 1000, retainBytes = 4 * 1024 * 1024): void {
    const { core } = this;
    const { log } = core;
    assert(index <= core.deliveredIndex, 'only applied entries are compacted', { index });
    const term = log.termAt(index);
    if (term === undefined || index <= (log.snapshot?.index ?? 0)) return;
    const snapshot: Snapshot = { index, term, members: log.membersAt(index).members, data };
    const first = Math.max(log.firstIndex - 1, index - retainEntries);
    let keepAfter = index;
    for (let bytes = 0; keepAfter > first; keepAfter--) {
      bytes += log.entryAt(keepAfter)?.bytes ?? 0;
      if (bytes > retainBytes) break;
    }
    log.compact(snapshot, keepAfter);
    core.persist.markCompacted(snapshot, keepAfter);
  }

  /** Whether `takeOutputs` would return anything. */
  hasOutputs(): boolean {
    const { core } = this;
    return (
      core.outMessages.length > 0 ||
      core.outEvents.length > 0 ||
      core.outReads.length > 0 ||
      core.replicationDue ||
      (core.reads.length > 0 && core.reads.some((read) => read.round === 0)) ||
      core.persist.dirty ||
      this.deliverableIndex() > core.deliveredIndex
    );
  }

  /** What is to be done now. Call it after every input (or group of inputs), and carry everything out. */
  takeOutputs(): Outputs {
    const { core } = this;
    if (core.role === 'leader') {
      if (core.reads.length > 0) this.flushReads();
      if (core.replicationDue) flushReplication(core);
    }
    core.replicationDue = false;
    const persist = core.persist.take(core.log, core.term, core.votedFor, core.commitIndex);
    const install = this.takeInstalled();
    const outputs: Outputs = {
      messages: core.outMessages,
      persist,
      install,
      committed: this.takeCommitted(),
      reads: core.outReads,
      events: core.outEvents,
    };
    core.outMessages = [];
    core.outReads = [];
    core.outEvents = [];
    return outputs;
  }

  private advance(nowMs: number): void {
    const { core } = this;
    if (nowMs > core.nowMs) core.nowMs = nowMs;
    // Before anything else: a leader that slept must not act on what it was before.
    if (core.role === 'leader') checkQuorum(core);
  }

  private votingRightMayHaveChanged(): void {
    const { core } = this;
    if (core.role === 'leader') return;
    if (!mayStand(core)) {
      if (core.role !== 'follower') becomeFollower(core, core.term, core.leader);
      core.electionDeadlineMs = Number.POSITIVE_INFINITY;
    } else if (core.electionDeadlineMs === Number.POSITIVE_INFINITY) {
      resetElectionDeadline(core);
    }
  }

  private flushReads(): void {
    const { core } = this;
    if (core.reads.some((read) => read.round === 0)) sendHeartbeats(core);
    confirmReads(core);
  }

  private deliverableIndex(): number {
    const { commitIndex, log, membersSettling, persist } = this.core;
    const index = Math.min(commitIndex, log.stableIndex);
    if (membersSettling === undefined || persist.isDone(membersSettling.token)) return index;
    return Math.min(index, membersSettling.index - 1);
  }

  private takeInstalled(): Snapshot | undefined {
    const { core } = this;
    const { installing } = core;
    if (installing === undefined || !core.persist.isDone(installing.token)) return undefined;
    core.installing = undefined;
    core.deliveredIndex = installing.snapshot.index;
    return installing.snapshot;
  }

  private takeCommitted(): Entry[] {
    const { core } = this;
    const to = this.deliverableIndex();
    if (core.installing !== undefined || to <= core.deliveredIndex) return [];
    const entries = core.log.slice(
      core.deliveredIndex + 1,
      to,
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    );
    core.deliveredIndex = to;
    return entries;
  }
}
