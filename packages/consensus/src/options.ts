import { assert } from '@holdfast/ports';

/** What a consensus core can be told. Times are in ms. */
export interface ConsensusOptions {
  /** This member's name. */
  readonly self: string;
  /**
   * How long a member keeps faith with a leader it has heard: it neither stands for election nor votes for
   * another one before. Also the leader's CheckQuorum limit and the upper bound of any lease. Longer =
   * fewer needless elections, slower failover. At least 3 x heartbeatIntervalMs + one round trip, so that
   * one lost heartbeat means nothing.
   * @default 1000
   */
  readonly electionTimeoutMinMs?: number;
  /**
   * Upper end of the random wait without a hint from membership. The span (max - min) should be at least 5
   * round trips + disk syncs, or elections split.
   * @default 2000
   */
  readonly electionTimeoutMaxMs?: number;
  /**
   * Each heartbeat costs two small messages per member; a commit index travels sooner by itself.
   * @default 200
   */
  readonly heartbeatIntervalMs?: number;
  /** Random wait after `suspectLeader`, so that those who noticed at once do not collide. @default 60 */
  readonly suspicionSpreadMs?: number;
  /** @default 256 */
  readonly maxEntriesPerMessage?: number;
  /** At least one entry is sent however large it is. @default 131072 */
  readonly maxBytesPerMessage?: number;
  /** Append messages under way to one member without an answer. @default 32 */
  readonly maxInflight?: number;
  /**
   * Bytes of entries under way to one member, beyond which no further message is sent. Heartbeats wait behind them; the
   * product of this and the round trip bounds how fast a member catches up: 25 MB/s at 20 ms. @default 524288
   */
  readonly maxInflightBytes?: number;
  /** Proposals are refused above it. @default 16777216 */
  readonly maxUncommittedBytes?: number;
  /** Reads waiting for confirmation; more are refused. @default 10000 */
  readonly maxPendingReads?: number;
  /**
   * Characters of a snapshot in one message. Heartbeats wait behind two of them: on a link of 10 Mbit/s two of 128 Ki
   * take a fifth of a second. Smaller costs more messages. @default 131072
   */
  readonly maxSnapshotPartChars?: number;
  /** After this long without progress, parts of a snapshot are sent again; several round trips. @default 1000 */
  readonly snapshotRetryMs?: number;
  /** A learner may be promoted when it lacks at most this many entries (rule 4). @default 64 */
  readonly promotionLagEntries?: number;
}

/** Options with every default filled in. */
export type ResolvedConsensusOptions = Required<ConsensusOptions>;

/**
 * Fills in defaults and checks.
 *
 * @throws AssertionFailure when the values contradict each other
 */
export function resolveOptions(options: ConsensusOptions): ResolvedConsensusOptions {
  const resolved: ResolvedConsensusOptions = {
    electionTimeoutMinMs: 1000,
    electionTimeoutMaxMs: Math.max(2000, 2 * (options.electionTimeoutMinMs ?? 1000)),
    heartbeatIntervalMs: 200,
    suspicionSpreadMs: 60,
    maxEntriesPerMessage: 256,
    maxBytesPerMessage: 128 * 1024,
    maxInflight: 32,
    maxInflightBytes: 512 * 1024,
    maxUncommittedBytes: 16 * 1024 * 1024,
    maxPendingReads: 10_000,
    maxSnapshotPartChars: 128 * 1024,
    snapshotRetryMs: 1000,
    promotionLagEntries: 64,
    ...options,
  };
  const { heartbeatIntervalMs, electionTimeoutMinMs, electionTimeoutMaxMs } = resolved;
  assert(resolved.self !== '', 'a member has a name');
  assert(
    resolved.maxSnapshotPartChars > 0 && resolved.maxSnapshotPartChars <= 256 * 1024,
    'parts others take',
  );
  assert(heartbeatIntervalMs > 0, 'heartbeats have an interval', { heartbeatIntervalMs });
  assert(electionTimeoutMinMs >= 2 * heartbeatIntervalMs, 'a lost heartbeat must not cause an election', {
    electionTimeoutMinMs,
    heartbeatIntervalMs,
  });
  assert(electionTimeoutMaxMs > electionTimeoutMinMs, 'election timeouts need a spread', {
    electionTimeoutMinMs,
    electionTimeoutMaxMs,
  });
  return resolved;
}
