import { assert } from '@holdfast/ports';
import {
  advanceCommit,
  appendEntry,
  becomeFollower,
  type Core,
  emit,
  isVoter,
  isWitness,
  setLeader,
  setRole,
} from './core.ts';
import { decidedValue } from './deciding.ts';
import { smallEntryBytes } from './entry.ts';
import type { Heartbeat, HeartbeatReply } from './message.ts';
import { newProgress, type Progress, startProbing } from './progress.ts';
import { findVoter } from './quorum/voters.ts';
import { confirmReads, sendToMember } from './replication.ts';
import { resumeSnapshot } from './snapshot-sending.ts';

/** A majority voted for this member. */
export function becomeLeader(core: Core): void {
  assert(core.persist.hardStateStored, 'a leader has its own vote on disk (rule 3)');
  core.votes.clear();
  setRole(core, 'leader');
  setLeader(core, core.options.self);
  core.peers.clear();
  core.leaderSinceMs = core.nowMs;
  core.quorumDeadlineMs = core.nowMs + core.options.electionTimeoutMinMs;
  core.transfer = undefined;
  core.uncommittedBytes = 0;
  core.announcedCommit = core.commitIndex;
  syncPeers(core);
  // Entries of older terms count as committed only together with one of the own term; this one opens the way.
  const index = core.log.lastIndex + 1;
  appendEntry(core, { index, term: core.term, kind: 'noop', payload: null, bytes: smallEntryBytes });
  core.replicationDue = true;
  sendHeartbeats(core);
}

/** Brings the list of peers in line with the member list in force. */
export function syncPeers(core: Core): void {
  const { members } = core.log.members;
  const wanted = new Set<string>(members.learners);
  for (const { name } of members.voters) wanted.add(name);
  wanted.delete(core.options.self);
  for (const name of [...core.peers.keys()]) if (!wanted.has(name)) core.peers.delete(name);
  for (const name of wanted) {
    if (!core.peers.has(name)) core.peers.set(name, newProgress(name, core.log.lastIndex + 1));
  }
  core.replicationDue = true;
}

/** Starts a new round; its answers feed CheckQuorum, ReadIndex and the lease. */
export function sendHeartbeats(core: Core): void {
  core.round++;
  core.nextHeartbeatMs = core.nowMs + core.options.heartbeatIntervalMs;
  for (const read of core.reads) if (read.round === 0) read.round = core.round;
  if (core.peers.size === 0) return;
  const message: Heartbeat = {
    type: 'heartbeat',
    term: core.term,
    round: core.round,
    sentAtMs: core.nowMs,
    commitIndex: core.commitIndex,
    commitTerm: core.log.termAt(core.commitIndex) ?? 0,
  };
  for (const name of core.peers.keys()) emit(core, name, message);
}

export function onHeartbeatReply(core: Core, from: string, message: HeartbeatReply): void {
  const progress = core.peers.get(from);
  if (progress === undefined || progress.regressed || message.round > core.round) return;
  if (hasRegressed(progress, message)) {
    forgetMember(core, progress);
    return;
  }
  progress.lastReplyMs = core.nowMs;
  if (message.round > progress.ackedRound) {
    progress.ackedRound = message.round;
    progress.ackedSentAtMs = message.sentAtMs;
    if (core.reads.length > 0) confirmReads(core);
  }
  if (progress.mode === 'snapshot') {
    resumeSnapshot(core, progress);
  } else if (progress.mode === 'replicate' && progress.inflight.length > 0) {
    // It answers what was sent later than the entries. They are lost if its log ends before them, and if it
    // does not acknowledge them for some rounds, then its answer is.
    progress.silentReplies++;
    const lost = message.round > progress.sentRound && message.lastIndex < progress.nextIndex - 1;
    if (lost || progress.silentReplies > 2) startProbing(progress, progress.matchIndex + 1);
  } else if (message.round > progress.sentRound) {
    progress.waiting = false;
  }
  if (progress.matchIndex < core.log.lastIndex) sendToMember(core, progress);
}

/** It answers what was sent after its acknowledgement had come, and says that its log ends before it (rule 16). */
function hasRegressed({ matchIndex, matchRound }: Progress, { round, lastIndex }: HeartbeatReply): boolean {
  return round > matchRound && lastIndex < matchIndex;
}

/** What the member says counts no more in this term: not as acknowledgement, nor as contact, nor for a lease. */
function forgetMember(core: Core, progress: Progress): void {
  core.outEvents.push({ type: 'member-regressed', member: progress.name, acknowledged: progress.matchIndex });
  Object.assign(progress, newProgress(progress.name, core.log.lastIndex + 1), { regressed: true });
}

/**
 * The last moment at which a majority certainly followed this leader: every member of it has answered
 * something sent then or later. Send times, so that a slow answer never makes a lease longer (rule 5).
 */
export function quorumContactMs(core: Core): number {
  return decidedValue(core, (name) =>
    name === core.options.self
      ? core.nowMs
      : (core.peers.get(name)?.ackedSentAtMs ?? Number.NEGATIVE_INFINITY),
  );
}

/**
 * CheckQuorum (rule 5): a leader that a majority does not answer steps down. Returns whether it still
 * leads.
 */
export function checkQuorum(core: Core): boolean {
  if (core.nowMs < core.quorumDeadlineMs) return true;
  const contactMs = Math.max(quorumContactMs(core), core.leaderSinceMs);
  core.quorumDeadlineMs = contactMs + core.options.electionTimeoutMinMs;
  if (core.nowMs < core.quorumDeadlineMs) return true;
  core.outEvents.push({ type: 'quorum-lost', term: core.term });
  becomeFollower(core, core.term, undefined);
  return false;
}

/** Counts what a majority has on disk, and hands leadership over where that was waiting for it. */
export function maybeCommit(core: Core): void {
  if (core.role !== 'leader') return;
  const stored = decidedValue(core, (name) =>
    name === core.options.self ? core.log.stableIndex : (core.peers.get(name)?.matchIndex ?? 0),
  );
  if (stored <= core.commitIndex || core.log.termAt(stored) !== core.term) return;
  for (let index = core.commitIndex + 1; index <= stored; index++) {
    core.uncommittedBytes -= core.log.entryAt(index)?.bytes ?? 0;
  }
  core.uncommittedBytes = Math.max(0, core.uncommittedBytes);
  advanceCommit(core, stored);
  for (const read of core.reads) if (read.index < 0) read.index = core.commitIndex;
  if (core.reads.length > 0) confirmReads(core);
  core.replicationDue = true;
}

/** Whether the leader has committed an entry of its own term (rule 4; also needed before reads). */
export function hasCommittedOwnTerm(core: Core): boolean {
  return core.log.termAt(core.commitIndex) === core.term;
}

/**
 * Whether this leader takes no more work: it was asked to hand over, is a witness (rule 12), or has no
 * vote.
 */
export function handsOver(core: Core): boolean {
  return core.transfer !== undefined || isWitness(core) || !isVoter(core);
}

/**
 * Hands over when the receiver has everything: on request, or because this member does not keep leadership.
 */
export function maybeHandOver(core: Core, member: string): void {
  if (core.role !== 'leader' || !handsOver(core)) return;
  const progress = core.peers.get(member);
  if (progress === undefined || progress.matchIndex < core.log.lastIndex) return;
  const receiver = findVoter(core.log.members.members, member);
  if (receiver === undefined) return;
  if (core.transfer === undefined) {
    if (isWitness(core) && receiver.witness) return;
    if (!isVoter(core) && core.log.members.index > core.commitIndex) return;
  } else if (core.transfer.to !== member) return;
  emit(core, member, { type: 'timeout-now', term: core.term });
  core.transfer = undefined;
  core.outEvents.push({ type: 'transfer-ended', to: member, outcome: 'handed-over' });
  // Stepping down before anybody can be elected ends the lease: the receiver may be elected at once (rule 5).
  becomeFollower(core, core.term, undefined);
}
