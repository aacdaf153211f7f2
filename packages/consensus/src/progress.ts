import type { Snapshot } from './entry.ts';
import type { SnapshotParts } from './snapshot-parts.ts';

/** A snapshot on its way to one member. */
export interface SnapshotTransfer {
  readonly snapshot: Snapshot;
  readonly parts: SnapshotParts;
  /** Parts the member has, and the number of the next one to send. */
  acked: number;
  sent: number;
  /** When a part was acknowledged last, or sent again. */
  progressMs: number;
}

/**
 * How far a member is, as its leader sees it. `probe`: one message at a time until the point where the logs
 * agree is found. `replicate`: messages flow without waiting. `snapshot`: nothing is sent until the
 * snapshot has arrived.
 */
export interface Progress {
  readonly name: string;
  mode: 'probe' | 'replicate' | 'snapshot';
  /** Highest index known to be stored there. */
  matchIndex: number;
  /** The heartbeat round in which that came to be known. */
  matchRound: number;
  /** Its log ends before `matchIndex`: it has forgotten what it acknowledged, and counts for nothing any more. */
  regressed: boolean;
  /** Next index to send. */
  nextIndex: number;
  /** In `probe`: a message is under way. */
  waiting: boolean;
  /** The heartbeat round after which entries were sent last. */
  sentRound: number;
  /** In `replicate`: each message under way, oldest first. */
  readonly inflight: { readonly lastIndex: number; readonly bytes: number }[];
  /** Of all of them. */
  inflightBytes: number;
  /** Heartbeat replies since `matchIndex` last moved while messages were under way. */
  silentReplies: number;
  /** In `snapshot`: what is being sent. */
  snapshot: SnapshotTransfer | undefined;
  /**
   * The newest heartbeat round that was answered, when that was sent, and when the answer came (own clock).
   */
  ackedRound: number;
  ackedSentAtMs: number;
  lastReplyMs: number;
}

/** A member about which nothing is known yet. */
export function newProgress(name: string, nextIndex: number): Progress {
  return {
    name,
    mode: 'probe',
    matchIndex: 0,
    matchRound: 0,
    regressed: false,
    nextIndex,
    waiting: false,
    sentRound: 0,
    inflight: [],
    inflightBytes: 0,
    silentReplies: 0,
    snapshot: undefined,
    ackedRound: 0,
    ackedSentAtMs: Number.NEGATIVE_INFINITY,
    lastReplyMs: Number.NEGATIVE_INFINITY,
  };
}

/** Starts to look for the point of agreement again, from what is certain. */
export function startProbing(progress: Progress, nextIndex: number): void {
  progress.mode = 'probe';
  progress.snapshot = undefined;
  progress.nextIndex = Math.max(nextIndex, progress.matchIndex + 1);
  progress.waiting = false;
  progress.inflight.length = 0;
  progress.inflightBytes = 0;
  progress.silentReplies = 0;
}

/** Notes in heartbeat round `round` that everything up to `matchIndex` is stored there. Returns whether that is news. */
export function advanceMatch(progress: Progress, matchIndex: number, round: number): boolean {
  const { inflight } = progress;
  for (let first = inflight[0]; first && first.lastIndex <= matchIndex; first = inflight[0]) {
    progress.inflightBytes -= first.bytes;
    inflight.shift();
  }
  progress.waiting = false;
  if (matchIndex <= progress.matchIndex) return false;
  progress.matchIndex = matchIndex;
  progress.matchRound = round;
  progress.nextIndex = Math.max(progress.nextIndex, matchIndex + 1);
  progress.silentReplies = 0;
  return true;
}
