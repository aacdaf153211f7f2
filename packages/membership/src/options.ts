import { assert } from '@holdfast/ports';

/** What a membership core can be told. Times are in ms. */
export interface MembershipOptions {
  /** This member's name. */
  readonly self: string;
  /** This run of this member: greater than that of every run before. */
  readonly incarnation: number;
  /**
   * Time between heartbeats on each link to each peer. Cost: members x links / interval messages per
   * second, each way.
   * @default 200
   */
  readonly intervalMs?: number;
  /**
   * A peer that was silent on all links for this long, and whom nobody else can reach, is lost. Must cover
   * at least 4 intervals + the longest round trip + the longest pause that is to be forgiven. A peer's
   * crash is noticed between timeoutMs - intervalMs and timeoutMs after it. Shorter = faster failover, more
   * false alarms.
   * @default 1000
   */
  readonly timeoutMs?: number;
  /**
   * Part of the timeout after which a silent peer is suspected: it is then asked directly, four times per
   * interval, and through other members. Must leave room for about two round trips.
   * @default 0.6
   */
  readonly suspicionPart?: number;
  /** How many other members are asked about a suspected peer. @default 3 */
  readonly indirectProbes?: number;
  /**
   * An own tick that comes later than this shows that this member was paused or starved.
   * @default intervalMs
   */
  readonly lateLimitMs?: number;
  /**
   * How long a peer that was lost must be heard well again (80 % of its heartbeats) before it counts as
   * alive, unless it was restarted. Doubles with each further loss, up to four times. Stops flapping on a
   * lossy link.
   * @default 3 x timeoutMs
   */
  readonly returnWindowMs?: number;
  /**
   * Inbound loss, on more than half of two or more peers, from which this member blames itself.
   * @default 0.4
   */
  readonly lossyPart?: number;
}

/** Options with every default filled in. */
export type ResolvedMembershipOptions = Required<MembershipOptions>;

/**
 * Fills in defaults and checks.
 *
 * @throws AssertionFailure when the values contradict each other
 */
export function resolveOptions(options: MembershipOptions): ResolvedMembershipOptions {
  const intervalMs = options.intervalMs ?? 200;
  const timeoutMs = options.timeoutMs ?? 1000;
  const resolved: ResolvedMembershipOptions = {
    suspicionPart: 0.6,
    indirectProbes: 3,
    lateLimitMs: intervalMs,
    returnWindowMs: 3 * timeoutMs,
    lossyPart: 0.4,
    ...options,
    intervalMs,
    timeoutMs,
  };
  assert(resolved.self !== '', 'a member has a name');
  assert(intervalMs > 0 && timeoutMs >= 4 * intervalMs, 'a few lost heartbeats are not a loss', {
    intervalMs,
    timeoutMs,
  });
  const { suspicionPart } = resolved;
  assert(suspicionPart > 0 && suspicionPart < 1, 'suspicion comes before loss', { suspicionPart });
  return resolved;
}
