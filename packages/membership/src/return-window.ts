/**
 * Stops flapping: a peer that was lost counts as alive only after it was heard well for a while, the longer
 * the more often it was lost. A restarted peer does not have to wait, for its old run's troubles are over, unless
 * the trouble was the link's: whoever was heard all the time and yet had to be given up would be given up again.
 */
export interface ReturnWindow {
  /** Losses in a row without a long quiet time between. */
  losses: number;
  startedMs: number;
  firstSequence: number;
  heard: number;
  /** Heartbeats heard from it while it counted as absent: it ran, so it is the link that does not. */
  audible: number;
  /** Our newest heartbeat that the peer had heard when the last one was counted. */
  echoedMs: number;
}

/**
 * Share of the rounds that must work in both directions. With 80 % loss one way, 11 of 15 get through about
 * once in a hundred thousand windows; with 10 % loss both ways six windows of seven pass.
 */
const requiredPart = 0.7;

export function newReturnWindow(): ReturnWindow {
  return {
    losses: 0,
    startedMs: Number.NEGATIVE_INFINITY,
    firstSequence: 0,
    heard: 0,
    audible: 0,
    echoedMs: Number.NEGATIVE_INFINITY,
  };
}

/** As many heartbeats of an absent peer show that its link is bad: more than what is late or just coming back. */
const badLinkHeard = 10;

/** The peer was given up although it ran. */
export function hasBadLink(window: ReturnWindow): boolean {
  return window.losses > 0 && window.audible >= badLinkHeard;
}

/** A newer run of the peer begins: only what was the link's fault is held against it. */
export function noteRestart(window: ReturnWindow): void {
  if (hasBadLink(window)) window.heard = 0;
  else Object.assign(window, newReturnWindow());
}

/** The peer was lost (or became unreachable); `quietMs` is how long it had been alive before. */
export function noteLoss(window: ReturnWindow, quietMs: number, forgetAfterMs: number): void {
  window.losses = quietMs > forgetAfterMs ? 1 : window.losses + 1;
  window.heard = 0;
}

/**
 * Takes in a new heartbeat of an absent peer, and what it has heard of us. Returns whether it may count as
 * alive again.
 */
export function noteReturning(
  window: ReturnWindow,
  sequence: number,
  echoedMs: number,
  nowMs: number,
  windowMs: number,
): boolean {
  if (window.losses === 0) return true;
  if (echoedMs <= window.echoedMs) return false;
  window.echoedMs = echoedMs;
  if (window.heard === 0) {
    window.startedMs = nowMs;
    window.firstSequence = sequence;
  }
  window.heard++;
  const requiredMs = windowMs * Math.min(4, 2 ** (window.losses - 1));
  if (nowMs - window.startedMs < requiredMs) return false;
  const well = window.heard >= requiredPart * (sequence - window.firstSequence + 1);
  window.heard = 0;
  if (well) window.audible = 0;
  return well;
}
