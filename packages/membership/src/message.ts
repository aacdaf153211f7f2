/**
 * What a member thinks of itself. `late`: it was paused or starved. `lossy`: what arrives from more than
 * half of its peers has many gaps. `isolated`: more than half of its peers are silent at once, which a
 * majority never sees.
 */
export type OwnHealth = 'good' | 'late' | 'lossy' | 'isolated';

interface FromIncarnation {
  /** The sender's run. */
  readonly incarnation: number;
}

/** Sent on every link to every peer, always. */
export interface Heartbeat extends FromIncarnation {
  readonly type: 'heartbeat';
  /** Counts rounds; the same on all links. */
  readonly sequence: number;
  /** The sender's clock, to be echoed. */
  readonly sentAtMs: number;
  /** Newest `sentAtMs` that the sender has heard from the receiver on this link; -1 for none. */
  readonly echoMs: number;
  readonly health: OwnHealth;
  /** The caller's few bytes, if set. */
  readonly piggyback?: unknown;
}

/** "Are you there?", to a suspected peer, on all links. */
export interface Probe extends FromIncarnation {
  readonly type: 'probe';
  readonly sentAtMs: number;
}

/** The immediate answer. */
export interface ProbeReply extends FromIncarnation {
  readonly type: 'probe-reply';
  readonly echoMs: number;
}

/** "Can you reach this one?", to some other member. */
export interface ProbeRequest extends FromIncarnation {
  readonly type: 'probe-request';
  readonly target: string;
}

/**
 * "It was in contact with me so long ago." Sent at once, also when that is bad news, so that the asker sees
 * that it can hear at all; and again when the target answers.
 */
export interface ProbeResult extends FromIncarnation {
  readonly type: 'probe-result';
  readonly target: string;
  /** The run that was in contact; null when there was never any. */
  readonly targetIncarnation: number | null;
  readonly ageMs: number;
}

/** A clean leave: this run ends by intention. */
export interface Goodbye extends FromIncarnation {
  readonly type: 'goodbye';
}

/** Everything that membership cores say to each other. */
export type Message = Heartbeat | Probe | ProbeReply | ProbeRequest | ProbeResult | Goodbye;
