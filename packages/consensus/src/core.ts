import { assert } from '@holdfast/ports';
import type { Entry, Snapshot } from './entry.ts';
import type { Message, OutboundMessage } from './message.ts';
import type { ResolvedConsensusOptions } from './options.ts';
import type { ConsensusEvent, ReadState, Role } from './outputs.ts';
import type { PersistQueue } from './persist-queue.ts';
import type { Progress } from './progress.ts';
import { findVoter } from './quorum/voters.ts';
import type { ReplicatedLog } from './replicated-log.ts';
import type { IncomingSnapshot } from './snapshot-receiving.ts';

/** A read that waits until a majority confirms the leader. */
export interface PendingRead {
  readonly token: unknown;
  /** -1 until the leader has committed an entry of its own term. */
  index: number;
  /** Heartbeat round that confirms it; 0 until one is sent. */
  round: number;
}

/**
 * The whole state of one member's consensus, on which the functions of this package work. Private to the
 * package.
 */
export interface Core {
  readonly options: ResolvedConsensusOptions;
  /** The caller's seeded draw, in [0, 1). */
  readonly random: () => number;
  readonly log: ReplicatedLog;
  readonly persist: PersistQueue;
  nowMs: number;
  role: Role;
  term: number;
  votedFor: string | null;
  leader: string | undefined;
  commitIndex: number;
  /** How far the leader of a term was told that this log equals its own. */
  matched: { readonly term: number; readonly index: number };
  /** Last index handed to the caller. */
  deliveredIndex: number;
  /** A newly committed member list, and the batch that records the commit index. */
  membersSettling: { readonly index: number; readonly token: number } | undefined;
  /** A leader's snapshot that is not on disk yet, and the batch it waits for. */
  installing: { readonly snapshot: Snapshot; readonly token: number } | undefined;
  /** A leader's snapshot of which not every part has come. */
  incoming: IncomingSnapshot | undefined;

  /** When to stand for election, if nothing is heard. */
  electionDeadlineMs: number;
  /** Until then no vote is given to another leader (rule 5). */
  loyalUntilMs: number;
  /** The same without what `leaderEnded` waived: the old leader's leases may last as long. */
  leasesUntilMs: number;
  /** A vote of this election was given before the old leader's leases had certainly run out. */
  electedEarly: boolean;
  lastLeaderContactMs: number | undefined;
  /** Answers of the current (pre-)election, ours included. */
  readonly votes: Map<string, boolean>;

  /** Leader only. */
  readonly peers: Map<string, Progress>;
  leaderSinceMs: number;
  /** The candidacy under way, or that won, was asked for by the leader before: nobody waited for its lease to end. */
  byTransfer: boolean;
  round: number;
  nextHeartbeatMs: number;
  /** CheckQuorum: a majority must have answered something sent after this minus the election timeout. */
  quorumDeadlineMs: number;
  transfer: { readonly to: string; readonly deadlineMs: number } | undefined;
  readonly reads: PendingRead[];
  uncommittedBytes: number;
  /** Members may have something to be sent. */
  replicationDue: boolean;
  /** Last commit index that the members were told at once. */
  announcedCommit: number;

  outMessages: OutboundMessage[];
  outEvents: ConsensusEvent[];
  outReads: ReadState[];
}

/** Sends as soon as term and vote are on disk; with `afterEntries`, as soon as the log is too. */
export function emit(core: Core, to: string, message: Message, afterEntries = false): void {
  if (core.persist.mayGo(to, message, afterEntries)) core.outMessages.push({ to, message });
}

/** Whether this member has a vote in the list in force. */
export function isVoter(core: Core): boolean {
  return findVoter(core.log.members.members, core.options.self) !== undefined;
}

/** Whether this member is a witness in the list in force. */
export function isWitness(core: Core): boolean {
  return findVoter(core.log.members.members, core.options.self)?.witness === true;
}

export function setRole(core: Core, role: Role): void {
  if (core.role === role) return;
  core.role = role;
  core.outEvents.push({ type: 'role-changed', role, term: core.term });
}

export function setLeader(core: Core, leader: string | undefined): void {
  if (core.leader === leader) return;
  core.leader = leader;
  core.incoming = undefined;
  core.outEvents.push({ type: 'leader-changed', leader, term: core.term });
}

/**
 * Draws how long to wait for votes. Shorter than the wait for a leader: nobody is loyal to anyone any more.
 */
export function resetVoteDeadline(core: Core): void {
  core.electionDeadlineMs = core.nowMs + core.options.electionTimeoutMinMs * (0.5 + 0.5 * core.random());
}

/** Draws the next election deadline. Witnesses wait longer, so that a data member goes first (rule 12). */
export function resetElectionDeadline(core: Core): void {
  const { electionTimeoutMinMs, electionTimeoutMaxMs } = core.options;
  const spread = electionTimeoutMaxMs - electionTimeoutMinMs;
  const offset = isWitness(core) ? spread : 0;
  core.electionDeadlineMs = core.nowMs + electionTimeoutMinMs + offset + core.random() * spread;
}

/** Goes back to following, in `term` (the same or a newer one). */
export function becomeFollower(core: Core, term: number, leader: string | undefined): void {
  assert(term >= core.term, 'terms never go back', { term, current: core.term });
  if (term > core.term) {
    core.term = term;
    core.votedFor = null;
    core.persist.markHardState();
  }
  const before = core.role;
  if (before === 'leader') endLeadership(core);
  core.votes.clear();
  setRole(core, 'follower');
  setLeader(core, leader);
  if (before !== 'follower') resetElectionDeadline(core);
}

function endLeadership(core: Core): void {
  for (const { token } of core.reads) core.outReads.push({ token, index: undefined });
  core.reads.length = 0;
  core.peers.clear();
  core.uncommittedBytes = 0;
  if (core.transfer !== undefined) {
    core.outEvents.push({ type: 'transfer-ended', to: core.transfer.to, outcome: 'given-up' });
    core.transfer = undefined;
  }
}

/** Adds an entry at the end of the log. Tells the caller when the list in force changes by it. */
export function appendEntry(core: Core, entry: Entry): void {
  core.log.append(entry);
  core.persist.markAppended(entry.index);
  if (entry.kind === 'voters') announceMembers(core);
}

export function announceMembers(core: Core): void {
  const { members, index } = core.log.members;
  core.outEvents.push({ type: 'members-changed', members, index });
}

/** Notes that entries up to `index` are committed, as far as this log reaches. */
export function advanceCommit(core: Core, index: number): void {
  if (index <= core.commitIndex) return;
  assert(index <= core.log.lastIndex, 'only entries of the own log are committed here', {
    index,
    lastIndex: core.log.lastIndex,
  });
  const list = core.log.members;
  if (list.index > core.commitIndex && list.index <= index) {
    // After a restart this member must still know that the old list does not count any more: those who were
    // on it may be gone for good. So the change is not reported done before that knowledge is on disk.
    core.membersSettling = { index: list.index, token: core.persist.markCommit() };
  }
  core.commitIndex = index;
}
