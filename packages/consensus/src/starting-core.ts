import { assert } from '@holdfast/ports';
import type { Core } from './core.ts';
import { type ConsensusOptions, resolveOptions } from './options.ts';
import { PersistQueue } from './persist-queue.ts';
import { type PersistentState, toEntry } from './persistent-state.ts';
import { ReplicatedLog } from './replicated-log.ts';

/** The state of a member that has just started: what its disk holds, and nothing heard yet. */
export function startingCore(
  options: ConsensusOptions,
  state: PersistentState,
  random: () => number,
  nowMs: number,
): Core {
  const resolved = resolveOptions(options);
  const log = new ReplicatedLog(state.snapshot ?? undefined, state.entries.map(toEntry));
  const snapshotIndex = state.snapshot?.index ?? 0;
  const commitIndex = Math.max(snapshotIndex, Math.min(state.commitIndex, log.lastIndex));
  assert(state.term >= log.lastTerm, 'the term on disk covers the log', {
    term: state.term,
    lastTerm: log.lastTerm,
  });
  return {
    options: resolved,
    random,
    log,
    persist: new PersistQueue(),
    nowMs,
    role: 'follower',
    term: state.term,
    votedFor: state.votedFor,
    leader: undefined,
    commitIndex,
    matched: { term: 0, index: 0 },
    deliveredIndex: snapshotIndex,
    membersSettling: undefined,
    installing: undefined,
    incoming: undefined,
    electionDeadlineMs: Number.POSITIVE_INFINITY,
    // A restart forgets when a leader was heard last, so it counts as just now: a lease may rest on it.
    loyalUntilMs: nowMs + resolved.electionTimeoutMinMs,
    leasesUntilMs: nowMs + resolved.electionTimeoutMinMs,
    electedEarly: false,
    lastLeaderContactMs: undefined,
    votes: new Map(),
    peers: new Map(),
    leaderSinceMs: 0,
    byTransfer: false,
    round: 0,
    nextHeartbeatMs: 0,
    quorumDeadlineMs: 0,
    transfer: undefined,
    reads: [],
    uncommittedBytes: 0,
    replicationDue: false,
    announcedCommit: 0,
    outMessages: [],
    outEvents: [],
    outReads: [],
  };
}
