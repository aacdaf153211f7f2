import type { TransportPeer } from '@holdfast/ports';
import type { Connection } from '@libp2p/interface';
import { BackOff } from './back-off.ts';
import { LinkConnection, type LinkConnectionEvents } from './link-connection.ts';
import { LINK_PROTOCOL } from './link-names.ts';
import { abortConnection } from './stream-tuning.ts';
import type { TransportLimits, TransportTiming } from './transport-options.ts';

/** What one link of one peer needs from its surroundings. */
export interface PeerLinkOwner {
  readonly timing: TransportTiming;
  /** Links this side has; a peer with more is reached over as many. */
  readonly ownLinks: number;
  readonly limits: TransportLimits;
  /** True when this side makes the connections; the other side only knocks. */
  readonly dials: (peer: TransportPeer) => boolean;
  readonly dial: (peer: TransportPeer, link: number, signal: AbortSignal) => Promise<Connection>;
  readonly onFrame: (link: PeerLink, payload: Uint8Array) => void;
  readonly onChange: (link: PeerLink, reason: Error | undefined) => void;
}

/**
 * One link to one peer: the connection that serves it now, and the reconnector. A new connection takes the
 * place of the
 * old one only when it is ready, so that dialling a link that merely seems stalled loses nothing.
 */
export class PeerLink {
  readonly peer: TransportPeer;
  readonly link: number;
  readonly #owner: PeerLinkOwner;
  readonly #backOff: BackOff;
  #current: LinkConnection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #dialling: AbortController | undefined;
  #ended = false;

  constructor(peer: TransportPeer, link: number, owner: PeerLinkOwner) {
    this.peer = peer;
    this.link = link;
    this.#owner = owner;
    const { redialMinMs, redialMaxMs, knockMinMs, knockMaxMs } = owner.timing;
    this.#backOff = owner.dials(peer)
      ? new BackOff(redialMinMs, redialMaxMs)
      : new BackOff(knockMinMs, knockMaxMs);
  }

  get current(): LinkConnection | undefined {
    return this.#current;
  }

  /** Dials now, or soon after the dial under way if that fails. */
  dialNow(): void {
    this.#backOff.reset();
    clearTimeout(this.#timer);
    if (!this.#dialling) void this.#dial();
  }

  /** A connection made by the peer says that it is this link. */
  accept(connection: LinkConnection): void {
    connection.sendHello(this.link);
    this.#use(connection);
  }

  /** Called now and then: replaces a connection that seems stalled. */
  check(nowMs: number): void {
    const stalled = this.#current?.isStalled(nowMs, this.#owner.timing.stallMs) ?? false;
    if (stalled && !this.#dialling && !this.#timer) void this.#dial();
  }

  end(reason?: Error): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#dialling?.abort();
    this.#current?.close(reason);
  }

  /** Handlers for a connection of this link, whoever made it. */
  lost(connection: LinkConnection, reason: Error | undefined): void {
    if (this.#current !== connection) return;
    this.#current = undefined;
    this.#owner.onChange(this, reason);
    this.#retry();
  }

  #use(connection: LinkConnection): void {
    const old = this.#current;
    if (this.#ended) {
      connection.close();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#backOff.reset();
    this.#current = connection;
    old?.close(new Error('replaced by a newer connection of the same link'));
    if (!old) this.#owner.onChange(this, undefined);
  }

  async #dial(): Promise<void> {
    if (this.#ended || this.peer.role === 'joiner' || this.peer.addresses[this.link] === undefined) return;
    this.#timer = undefined;
    const abort = new AbortController();
    this.#dialling = abort;
    const timer = setTimeout(() => abort.abort(), this.#owner.timing.dialTimeoutMs);
    try {
      const connection = await this.#owner.dial(this.peer, this.link, abort.signal);
      await this.#shakeHands(connection, abort.signal);
    } catch {
      // Counted by the pause that follows; a link that is down is reported when it goes down.
    } finally {
      clearTimeout(timer);
      this.#dialling = undefined;
      if (
        this.#current === undefined ||
        this.#current.isStalled(performance.now(), this.#owner.timing.stallMs)
      ) {
        this.#retry();
      }
    }
  }

  /** Opens the stream of the link and waits for the peer's hello. */
  async #shakeHands(connection: Connection, signal: AbortSignal): Promise<void> {
    try {
      const stream = await connection.newStream(LINK_PROTOCOL, { signal });
      await new Promise<void>((resolve, reject) => {
        const events: LinkConnectionEvents = {
          onHello: (ready) => {
            this.#use(ready);
            resolve();
          },
          onFrame: (_ready, payload) => this.#owner.onFrame(this, payload),
          onClosed: (closed, reason) => {
            this.lost(closed, reason);
            reject(reason ?? new Error('closed before the hello'));
          },
        };
        new LinkConnection(connection, stream, this.#owner.limits, events).sendHello(this.link);
        signal.addEventListener('abort', () => reject(new Error('no hello in time')), { once: true });
      });
    } catch (error) {
      abortConnection(connection, error as Error);
      throw error;
    }
  }

  #retry(): void {
    if (this.#ended || this.#timer || this.#dialling) return;
    this.#timer = setTimeout(() => void this.#dial(), this.#backOff.takeMs());
  }
}
