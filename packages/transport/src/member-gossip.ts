import { type GossipSub, type GossipSubComponents, gossipsub } from '@chainsafe/libp2p-gossipsub';
import type { Connection, PeerId, StreamHandler, StreamHandlerOptions, Topology } from '@libp2p/interface';
import type { TransportLimits } from './transport-options.ts';

/** What gossip needs to know of the members. */
export interface MemberGossipOptions {
  readonly topics: readonly string[];
  readonly limits: TransportLimits;
  readonly isMember: (peerId: string) => boolean;
  readonly onGossip: (authorPeerId: string, topic: string, bytes: Uint8Array) => void;
}

/**
 * Gossipsub among members only. It sees the rest of libp2p through a registrar of our own: streams of
 * others are
 * refused, and which connection carries the gossip of a peer is decided by the links, not by identify.
 */
export class MemberGossip {
  readonly #options: MemberGossipOptions;
  readonly #topologies = new Map<string, Topology>();
  #gossip: GossipSub | undefined;

  constructor(options: MemberGossipOptions) {
    this.#options = options;
  }

  /** Makes the libp2p service. */
  service(components: GossipSubComponents): GossipSub {
    const gossip = gossipsub({
      allowPublishToZeroTopicPeers: true,
      ignoreDuplicatePublishError: true,
      allowedTopics: [...this.#options.topics],
      fallbackToFloodsub: false,
      floodPublish: true,
      maxInboundDataLength: this.#options.limits.maxGossipBytes + 64 * 1024,
      maxOutboundBufferSize: 4 * this.#options.limits.maxGossipBytes,
      // Members are trusted to this extent: scoring by address or behaviour could only cut off an
      // overloaded one.
      scoreParams: {
        IPColocationFactorWeight: 0,
        behaviourPenaltyWeight: 0,
        appSpecificWeight: 0,
        topics: {},
      },
    })({
      peerId: components.peerId,
      privateKey: components.privateKey,
      peerStore: components.peerStore,
      connectionManager: components.connectionManager,
      logger: components.logger,
      registrar: this.#guard(components.registrar),
    });
    gossip.addEventListener('message', ({ detail: message }) => {
      if (message.type !== 'signed') return;
      const author = message.from.toString();
      if (this.#options.isMember(author)) this.#options.onGossip(author, message.topic, message.data);
    });
    this.#gossip = gossip;
    return gossip;
  }

  subscribe(): void {
    for (const topic of this.#options.topics) this.#gossip?.subscribe(topic);
  }

  publish(topic: string, bytes: Uint8Array): void {
    if (bytes.length > this.#options.limits.maxGossipBytes) return;
    // Dissemination is best effort; a peer that was missed asks for what it lacks.
    this.#gossip?.publish(topic, bytes).catch(() => undefined);
  }

  /** Gossip with this peer may use this connection; does nothing when it already has a live stream. */
  attach(connection: Connection): void {
    for (const topology of this.#topologies.values()) topology.onConnect?.(connection.remotePeer, connection);
  }

  /** The peer has no link left. */
  detach(peerId: PeerId): void {
    for (const topology of this.#topologies.values()) topology.onDisconnect?.(peerId);
  }

  #guard(registrar: GossipSubComponents['registrar']): GossipSubComponents['registrar'] {
    const isMember = this.#options.isMember;
    const topologies = this.#topologies;
    return new Proxy(registrar, {
      get(target, property) {
        if (property === 'handle') {
          return (protocol: string, handler: StreamHandler, options?: StreamHandlerOptions) =>
            target.handle(
              protocol,
              (stream, connection) => {
                if (isMember(connection.remotePeer.toString())) return handler(stream, connection);
                stream.abort(new Error('gossip is open to members only'));
              },
              options,
            );
        }
        if (property === 'register') {
          return async (protocol: string, topology: Topology) => {
            // All protocol versions share one topology object; one entry is enough.
            if (topologies.size === 0) topologies.set(protocol, topology);
            return protocol;
          };
        }
        if (property === 'unregister') return (id: string) => topologies.delete(id);
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
}
