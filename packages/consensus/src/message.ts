import type { Entry } from './entry.ts';
import type { Members } from './quorum/voters.ts';

/**
 * Asks whether an election would succeed, without raising anybody's term (rule 5). `term` is the one after
 * ours.
 */
export interface PreVoteRequest {
  readonly type: 'pre-vote';
  readonly term: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** The asker is a witness and steps back for data members with an equal log (rule 12). */
  readonly witness: boolean;
}

/** Answer to a `PreVoteRequest`. */
export interface PreVoteReply {
  readonly type: 'pre-vote-reply';
  /** The asked term when granted, the answering member's own term when refused. */
  readonly term: number;
  readonly granted: boolean;
  /** When refused because a leader was heard lately: after how long to ask again, in ms. Else 0. */
  readonly waitMs: number;
}

/** Asks for the vote in a term that the sender has entered. */
export interface VoteRequest {
  readonly type: 'vote';
  readonly term: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
  /**
   * The old leader handed over and has given up its lease already, so a member that just heard it may
   * answer.
   */
  readonly transfer: boolean;
}

/** Answer to a `VoteRequest`; on the disk of the sender when it goes out (rule 3). */
export interface VoteReply {
  readonly type: 'vote-reply';
  readonly term: number;
  readonly granted: boolean;
  /** Given within the election timeout of hearing the old leader, so its leases may not have run out. */
  readonly early?: true;
}

/** Brings entries, and how far the log is committed. */
export interface AppendRequest {
  readonly type: 'append';
  readonly term: number;
  /** Position of the entry before `entries`. */
  readonly previousIndex: number;
  readonly previousTerm: number;
  readonly entries: readonly Entry[];
  readonly commitIndex: number;
}

/** Everything up to `matchIndex` is stored durably and equals the leader's log. */
export interface AppendReply {
  readonly type: 'append-reply';
  readonly term: number;
  readonly matchIndex: number;
}

/** The logs differ at `previousIndex`; they may agree at or before the hint. */
export interface AppendRefusal {
  readonly type: 'append-refusal';
  readonly term: number;
  readonly previousIndex: number;
  readonly hintIndex: number;
  readonly hintTerm: number;
}

/**
 * One object serves all receivers of a round: `commitIndex` counts only where the entry of `commitTerm` is
 * there.
 */
export interface Heartbeat {
  readonly type: 'heartbeat';
  readonly term: number;
  readonly round: number;
  /** The leader's clock, echoed; means nothing to anybody else. */
  readonly sentAtMs: number;
  readonly commitIndex: number;
  readonly commitTerm: number;
}

/** Answer to a `Heartbeat`; feeds CheckQuorum, ReadIndex and leases (rule 5). */
export interface HeartbeatReply {
  readonly type: 'heartbeat-reply';
  readonly term: number;
  readonly round: number;
  readonly sentAtMs: number;
  /**
   * Where the log ends (not necessarily on disk): shows the leader what was lost on the way or in a crash.
   */
  readonly lastIndex: number;
}

/** Tells a new commit index without asking for an answer. */
export interface CommitNotice {
  readonly type: 'commit';
  readonly term: number;
  readonly commitIndex: number;
  readonly commitTerm: number;
}

/**
 * One part of what replaces a log that ends before the leader's begins. Parts are small and few are under way at a
 * time, so that heartbeats and votes on the same link do not wait for a large snapshot.
 */
export interface SnapshotPart {
  readonly type: 'snapshot-part';
  readonly term: number;
  /** Position of the snapshot, and the member list there. */
  readonly index: number;
  readonly snapshotTerm: number;
  readonly members: Members;
  /** Number of this part, from 0, and of all parts. */
  readonly part: number;
  readonly parts: number;
  readonly text: string;
  /** Over this part and all before it. */
  readonly checksum: number;
}

/** How many parts of the snapshot at `index` have come in order. The last part is answered by an `AppendReply`. */
export interface SnapshotPartReply {
  readonly type: 'snapshot-part-reply';
  readonly term: number;
  readonly index: number;
  readonly next: number;
}

/** The leader has stepped down in favour of the receiver, which has the whole log: be elected now. */
export interface TimeoutNow {
  readonly type: 'timeout-now';
  readonly term: number;
}

/** Answer to a leader of an older term. */
export interface StaleTerm {
  readonly type: 'stale-term';
  readonly term: number;
}

/** Everything that consensus cores say to each other. */
export type Message =
  | PreVoteRequest
  | PreVoteReply
  | VoteRequest
  | VoteReply
  | AppendRequest
  | AppendReply
  | AppendRefusal
  | Heartbeat
  | HeartbeatReply
  | CommitNotice
  | SnapshotPart
  | SnapshotPartReply
  | TimeoutNow
  | StaleTerm;

/** A message and its receiver. */
export interface OutboundMessage {
  readonly to: string;
  readonly message: Message;
}
