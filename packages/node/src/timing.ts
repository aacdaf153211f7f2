import type { NodeOptions } from './io.ts';

/** Times derived from the two that operators set. All in milliseconds. */
export interface Timing {
  readonly heartbeatMs: number;
  readonly detectionMs: number;
  /**
   * How long authority lasts after the send time of what earned it: 0.8 x detection. It must end before anybody may
   * declare this member lost (detection) or elect another leader (election timeout), with room for clock drift and, in
   * `unsafe` clusters, for stopping services. Longer: fewer needless losses of authority. Shorter: more room to stop.
   */
  readonly leaseMs: number;
  /** Not acknowledged reports, commands and hellos are repeated after this long: 2 x heartbeat, at most 500. */
  readonly repeatMs: number;
  /** Requests without a leader or an answer end after this long. */
  readonly requestMs: number;
  /** Wait for members not heard in this leader's life before they are judged lost (`dc-deadtime`). */
  readonly startGraceMs: number;
}

/** Derives the times. */
export function deriveTiming(options: NodeOptions): Timing {
  const { heartbeatIntervalMs, detectionTimeoutMs } = options;
  return {
    heartbeatMs: heartbeatIntervalMs,
    detectionMs: detectionTimeoutMs,
    leaseMs: Math.floor(detectionTimeoutMs * 0.8),
    repeatMs: Math.min(500, heartbeatIntervalMs * 2),
    requestMs: 20_000,
    startGraceMs: 20_000,
  };
}
