import {
  becomeFollower,
  type Core,
  emit,
  isVoter,
  isWitness,
  resetElectionDeadline,
  resetVoteDeadline,
  setLeader,
  setRole,
} from './core.ts';
import { decidedTally, mayStand, otherVoters } from './deciding.ts';
import { becomeLeader } from './leadership.ts';
import type { PreVoteReply, PreVoteRequest, TimeoutNow, VoteReply, VoteRequest } from './message.ts';

/** Whether this member must not help to replace the leader yet (rule 5). */
export function isLoyal(core: Core): boolean {
  // A leader that lost its majority steps down by itself; until then it is its own proof of life.
  return core.role === 'leader' || core.nowMs < core.loyalUntilMs;
}

/** A leader of this term was heard. */
export function noteLeaderContact(core: Core, leader: string): void {
  core.lastLeaderContactMs = core.nowMs;
  core.loyalUntilMs = core.nowMs + core.options.electionTimeoutMinMs;
  core.leasesUntilMs = core.loyalUntilMs;
  if (core.role !== 'follower') becomeFollower(core, core.term, leader);
  else setLeader(core, leader);
  resetElectionDeadline(core);
}

/** The election deadline has passed. */
export function electionTimedOut(core: Core): void {
  resetElectionDeadline(core);
  if (core.role === 'leader') return;
  setLeader(core, undefined);
  if (!mayStand(core)) {
    core.electionDeadlineMs = Number.POSITIVE_INFINITY;
    return;
  }
  startPreVote(core);
}

function startPreVote(core: Core): void {
  core.votes.clear();
  core.votes.set(core.options.self, true);
  setRole(core, 'pre-candidate');
  const request: PreVoteRequest = {
    type: 'pre-vote',
    term: core.term + 1,
    lastIndex: core.log.lastIndex,
    lastTerm: core.log.lastTerm,
    witness: isWitness(core),
  };
  for (const name of otherVoters(core)) emit(core, name, request);
  countPreVotes(core);
}

function countPreVotes(core: Core): void {
  const result = decidedTally(core, (name) => core.votes.get(name));
  if (result === 'won') startElection(core, false);
  else if (result === 'lost') setRole(core, 'follower');
}

/** Raises the term and votes for this member; that counts once it is on disk (rule 3). */
export function stand(core: Core): void {
  if (core.role === 'leader') becomeFollower(core, core.term, undefined);
  core.term++;
  core.votedFor = core.options.self;
  core.persist.markHardState();
  core.votes.clear();
  setLeader(core, undefined);
  setRole(core, 'candidate');
  resetVoteDeadline(core);
}

function startElection(core: Core, transfer: boolean): void {
  core.electedEarly = core.nowMs < core.leasesUntilMs;
  stand(core);
  core.byTransfer = transfer;
  const request: VoteRequest = {
    type: 'vote',
    term: core.term,
    lastIndex: core.log.lastIndex,
    lastTerm: core.log.lastTerm,
    transfer,
  };
  for (const name of otherVoters(core)) emit(core, name, request);
}

/** Called whenever something reached the disk. */
export function countOwnVote(core: Core): void {
  if (core.role !== 'candidate' || core.votes.has(core.options.self) || !core.persist.hardStateStored) return;
  core.votes.set(core.options.self, true);
  countVotes(core);
}

function countVotes(core: Core): void {
  const result = decidedTally(core, (name) => core.votes.get(name));
  if (result === 'won') becomeLeader(core);
  else if (result === 'lost') becomeFollower(core, core.term, undefined);
}

export function onPreVoteRequest(core: Core, from: string, message: PreVoteRequest): void {
  const { log } = core;
  const loyal = isLoyal(core);
  // Rule 12, a preference only: with equal logs a data member is the better leader and will stand soon.
  const stepBack =
    message.witness &&
    isVoter(core) &&
    !isWitness(core) &&
    message.lastTerm === log.lastTerm &&
    message.lastIndex === log.lastIndex;
  const granted =
    message.term > core.term && !loyal && !stepBack && log.isUpToDate(message.lastTerm, message.lastIndex);
  const until = core.role === 'leader' ? core.quorumDeadlineMs : core.loyalUntilMs;
  const reply: PreVoteReply = {
    type: 'pre-vote-reply',
    term: granted ? message.term : core.term,
    granted,
    waitMs: loyal ? Math.max(1, until - core.nowMs) : 0,
  };
  emit(core, from, reply);
  if (granted && core.role === 'pre-candidate' && goesFirst(core, from, message)) {
    // Two that ask at the same moment would both stand and split the votes. The grant itself is never
    // withheld.
    resetElectionDeadline(core);
    setRole(core, 'follower');
  }
}

/** Which of two that ask at the same moment goes on: the one with more log, else the first by name. */
function goesFirst(core: Core, other: string, message: PreVoteRequest): boolean {
  const { log, options } = core;
  const equal = message.lastTerm === log.lastTerm && message.lastIndex === log.lastIndex;
  return !equal || other < options.self;
}

export function onPreVoteReply(core: Core, from: string, message: PreVoteReply): void {
  if (core.role !== 'pre-candidate') return;
  if (message.granted && message.term !== core.term + 1) return;
  if (!core.votes.has(from)) core.votes.set(from, message.granted);
  if (message.waitMs > 0) {
    const retryMs = core.nowMs + message.waitMs + core.random() * core.options.suspicionSpreadMs;
    core.electionDeadlineMs = Math.min(core.electionDeadlineMs, retryMs);
  }
  countPreVotes(core);
}

export function onVoteRequest(core: Core, from: string, message: VoteRequest): void {
  const free = core.votedFor === from || (core.votedFor === null && core.leader === undefined);
  const granted = free && core.log.isUpToDate(message.lastTerm, message.lastIndex);
  const early = core.nowMs < core.leasesUntilMs;
  if (granted && core.votedFor === null) {
    becomeFollower(core, core.term, undefined);
    core.votedFor = from;
    core.persist.markHardState();
    resetElectionDeadline(core);
  }
  const reply: VoteReply = {
    type: 'vote-reply',
    term: core.term,
    granted,
    ...(granted && early ? { early } : {}),
  };
  emit(core, from, reply);
}

export function onVoteReply(core: Core, from: string, message: VoteReply): void {
  if (core.role !== 'candidate') return;
  if (!core.votes.has(from)) core.votes.set(from, message.granted);
  if (message.granted && message.early) core.electedEarly = true;
  countVotes(core);
}

export function onTimeoutNow(core: Core, _message: TimeoutNow): void {
  if (core.role === 'leader' || !mayStand(core)) return;
  startElection(core, true);
}
