import { HoldfastError } from '@holdfast/model';
import type { Logger, Transport, TransportPeer } from '@holdfast/ports';
import type { EpochGuard } from './epoch-guard.ts';
import type { DriverPorts } from './member-driver.ts';

/** Turns messages of the node into bytes and back. Decoding refuses what a peer must not send. */
export interface EnvelopeCodec {
  encode(message: unknown): Uint8Array;
  /** @throws HoldfastError FRAME_MALFORMED, FRAME_TOO_LARGE, WRONG_CLUSTER */
  decode(bytes: Uint8Array): unknown;
  encodeGossip(payload: unknown): Uint8Array;
  /** @throws HoldfastError FRAME_MALFORMED, FRAME_TOO_LARGE */
  decodeGossip(bytes: Uint8Array): unknown;
}

/** Drops frames of chosen peers; used by development daemons to play a cut cable. */
export interface FrameFilter {
  drops(peer: string): boolean;
}

export interface EnvelopePortOptions {
  readonly transport: Transport;
  readonly codec: EnvelopeCodec;
  readonly filter: FrameFilter;
  readonly logger: Logger;
  readonly epochs: EpochGuard;
  /** A member of a newer epoch says that this one was left behind; called once. */
  readonly onLeftBehind: (cluster: string) => void;
  readonly onMessage: (from: string, link: number, message: unknown) => void;
  readonly onGossip: (from: string, topic: string, payload: unknown) => void;
}

/** Refusals are logged at most this often per peer, so that a broken peer cannot fill the disk. */
const REFUSAL_LOG_INTERVAL_MS = 1000;

/** A joiner asks again within a few hundred milliseconds; ten seconds cover an election between. */
const JOINER_GRACE_MS = 10_000;

/** The node's peers over the transport: encodes what goes out, decodes and checks what comes in. */
export class EnvelopePort {
  readonly #options: EnvelopePortOptions;
  readonly #lastRefusalMs = new Map<string, number>();
  #peers: readonly TransportPeer[] = [];
  #graceTimer: NodeJS.Timeout | undefined;
  #leftBehind = false;

  constructor(options: EnvelopePortOptions) {
    this.#options = options;
  }

  /** What the driver needs. */
  asDriverPort(): DriverPorts['peers'] {
    return {
      send: (to, message, link) => this.#send(to, message, link),
      publish: (topic, payload) => {
        this.#options.transport.publish(topic, this.#options.codec.encodeGossip(payload));
      },
      setPeers: (peers) => this.#setPeers(peers),
    };
  }

  /** The admission list with the joiners that are still let in. */
  get peers(): readonly TransportPeer[] {
    return this.#peers;
  }

  /** Stops what waits for a time. */
  stop(): void {
    clearTimeout(this.#graceTimer);
  }

  receive(from: string, link: number, bytes: Uint8Array): void {
    if (this.#options.filter.drops(from)) return;
    const { codec, epochs, onLeftBehind, onMessage } = this.#options;
    const message = this.#decode(from, () => codec.decode(bytes));
    if (message === undefined || this.#leftBehind) return;
    const newer = epochs.leftBehindBy(message);
    if (newer === undefined) onMessage(from, link, message);
    else {
      this.#leftBehind = true;
      onLeftBehind(newer);
    }
  }

  receiveGossip(from: string, topic: string, bytes: Uint8Array): void {
    if (this.#options.filter.drops(from)) return;
    const payload = this.#decode(from, () => this.#options.codec.decodeGossip(bytes));
    if (payload !== undefined) this.#options.onGossip(from, topic, payload);
  }

  /**
   * A joiner leaves the node's list at the moment its ticket is used, but it still has to be told so, and may have to ask
   * again: it stays admitted, to the join protocol only, for a while.
   */
  #setPeers(listed: readonly TransportPeer[]): void {
    const gone = this.#peers.filter(
      (peer) => peer.role === 'joiner' && !listed.some((other) => other.peerId === peer.peerId),
    );
    this.#peers = [...listed, ...gone];
    this.#options.transport.setPeers(this.#peers);
    if (gone.length === 0) return;
    clearTimeout(this.#graceTimer);
    this.#graceTimer = setTimeout(() => {
      this.#peers = listed;
      this.#options.transport.setPeers(listed);
    }, JOINER_GRACE_MS);
  }

  #send(to: string, message: unknown, link: number | undefined): void {
    if (this.#options.filter.drops(to)) return;
    // A full or broken link drops the frame; the node repeats whatever matters.
    this.#options.transport.send(to, this.#options.codec.encode(message), link);
  }

  /** Bad bytes of an admitted peer are refused and logged; the daemon goes on. */
  #decode(from: string, decode: () => unknown): unknown {
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      const nowMs = performance.now();
      if (nowMs - (this.#lastRefusalMs.get(from) ?? Number.NEGATIVE_INFINITY) >= REFUSAL_LOG_INTERVAL_MS) {
        this.#lastRefusalMs.set(from, nowMs);
        const notice = this.#options.epochs.noticeFor(error);
        if (notice) this.#options.transport.send(from, notice);
        this.#options.logger.log({
          level: 'warn',
          event: 'message-refused',
          message: error.message,
          fields: { from, code: error.code },
        });
      }
      return undefined;
    }
  }
}
