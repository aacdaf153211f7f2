/** A member as the transport has to know it. */
export interface TransportPeer {
  readonly name: string;
  /** libp2p PeerId, base58btc or base36 text. */
  readonly peerId: string;
  /** One `host:port` per link, index = link number. */
  readonly addresses: readonly string[];
  /** A joiner may only use requests of the join protocol. */
  readonly role: 'member' | 'joiner';
}

/** One link to one peer as it is now. */
export interface LinkState {
  readonly peer: string;
  readonly link: number;
  readonly connected: boolean;
  /** Bytes waiting to be sent. */
  readonly queuedBytes: number;
}

/** What a transport tells its owner; none of these may throw. */
export interface TransportHandlers {
  /** A one-way message came in. Never throws: bad bytes are the caller's to refuse. */
  readonly onMessage: (from: string, link: number, bytes: Uint8Array) => void;
  /** A request came in; the result is its response. A rejection closes the stream. */
  readonly onRequest: (
    from: string,
    protocol: string,
    bytes: Uint8Array,
    signal: AbortSignal,
  ) => Promise<Uint8Array>;
  readonly onGossip: (from: string, topic: string, bytes: Uint8Array) => void;
  readonly onLinkChange: (state: LinkState) => void;
}

/** Authenticated links between members. Delivery is best effort and ordered per link. */
export interface Transport {
  start(handlers: TransportHandlers): Promise<void>;
  /** Own PeerId. */
  readonly peerId: string;
  /** Replaces the admission list; connections of others are closed, new ones are dialled and kept up. */
  setPeers(peers: readonly TransportPeer[]): void;
  /**
   * Sends one frame. Without `link` the best connected link is used. Returns false when nothing is
   * connected or the
   * bounded queue of the link is full; the frame is then dropped.
   */
  send(to: string, bytes: Uint8Array, link?: number): boolean;
  request(options: {
    to: string;
    protocol: string;
    bytes: Uint8Array;
    timeoutMs: number;
    signal?: AbortSignal;
  }): Promise<Uint8Array>;
  publish(topic: string, bytes: Uint8Array): void;
  links(): readonly LinkState[];
  stop(): Promise<void>;
}
