import type { Logger } from '@holdfast/ports';
import { MAX_FRAME_BYTES } from '@holdfast/protocol';
import type { Identity } from './identity.ts';

/** How the transport of one process is set up. All times are in milliseconds. */
export interface TransportOptions {
  readonly identity: Identity;
  /**
   * One own `host:port` per link, index = link number. Empty for a joiner, which takes no connections and
   * dials
   * everybody it is told of.
   */
  readonly listen: readonly string[];
  /** Gossip topics this node takes part in. Default none. */
  readonly topics?: readonly string[];
  /** Request protocols a joiner may use. Default none. */
  readonly joinerProtocols?: readonly string[];
  /** Refusals and losses are reported here. Default: nowhere. */
  readonly logger?: Logger;
  readonly timing?: Partial<TransportTiming>;
  readonly limits?: Partial<TransportLimits>;
}

/** See each value in TRANSPORT_TIMING. */
export interface TransportTiming {
  /**
   * Time for TCP, noise and yamux together; at least five round trips. A dead host holds only its own link
   * that long.
   */
  readonly dialTimeoutMs: number;
  /** First pause between two dials of a link that is down; doubles up to the maximum, with 25 % jitter. */
  readonly redialMinMs: number;
  /**
   * Longest pause between two dials. After a partition heals a link is back within dialTimeoutMs +
   * redialMaxMs; a peer
   * that starts makes itself known at once. Shorter costs one SYN each.
   */
  readonly redialMaxMs: number;
  /** Pauses of the side that does not dial by rule and only makes itself known to the other. */
  readonly knockMinMs: number;
  readonly knockMaxMs: number;
  /**
   * A link on which nothing came in for so long, though frames were sent, is dialled anew beside the old
   * connection,
   * because TCP itself resumes only after its own retransmission pause. Must be several heartbeat intervals.
   */
  readonly stallMs: number;
  /**
   * A link whose waiting bytes made no progress for so long, or that is silent so long while another is
   * not, is avoided.
   */
  readonly stuckMs: number;
  /** Time an authenticated connection may take to say which link it is. */
  readonly helloTimeoutMs: number;
  /** Longest time a handler of a request may take. */
  readonly handlerTimeoutMs: number;
}

/** Bounds on what one peer can make this process hold. */
export interface TransportLimits {
  /** Payload bytes of one frame, request or response; bytes are held only as they come in. */
  readonly maxFrameBytes: number;
  /**
   * Bytes that may wait on one link; a frame above it is refused. A queue that is empty takes any legal
   * frame.
   */
  readonly maxQueuedBytes: number;
  /** Bytes of one gossip message. */
  readonly maxGossipBytes: number;
  /** Bytes of one request of a joiner. */
  readonly maxJoinerBytes: number;
  /** Requests of one peer under way at once on one link. */
  readonly maxRequests: number;
}

/** Defaults of TransportTiming. */
export const TRANSPORT_TIMING: TransportTiming = {
  dialTimeoutMs: 1000,
  redialMinMs: 20,
  redialMaxMs: 300,
  knockMinMs: 250,
  knockMaxMs: 2000,
  stallMs: 2500,
  stuckMs: 300,
  helloTimeoutMs: 2000,
  handlerTimeoutMs: 60_000,
};

/** Defaults of TransportLimits. */
export const TRANSPORT_LIMITS: TransportLimits = {
  maxFrameBytes: MAX_FRAME_BYTES,
  maxQueuedBytes: 16 * 1024 * 1024,
  maxGossipBytes: 1024 * 1024,
  maxJoinerBytes: 64 * 1024,
  maxRequests: 32,
};

/** Links a member may have; a hello that names a higher one is refused. */
export const MAX_LINKS = 8;
