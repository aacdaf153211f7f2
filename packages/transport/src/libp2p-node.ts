import { identify } from '@libp2p/identify';
import type { Connection, ConnectionGater, Libp2p, Listener } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import type { Multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import type { MemberGossip } from './member-gossip.ts';
import { noiseCrypto } from './noise-crypto.ts';
import { quietLogger } from './quiet-logger.ts';
import type { TransportOptions } from './transport-options.ts';

/**
 * The part of libp2p's transport manager used here: below its dial queue, which would join dials to one
 * peer.
 */
export interface Dialer {
  dial(address: Multiaddr, options: { signal: AbortSignal; localAddress?: string }): Promise<Connection>;
  listen(addresses: Multiaddr[]): Promise<void>;
  getListeners(): Listener[];
}

export interface Libp2pNode {
  readonly libp2p: Libp2p;
  readonly dialer: Dialer;
}

/**
 * Sets libp2p up with everything switched off that acts by itself: this package connects, watches and
 * chooses.
 */
export async function makeLibp2pNode(
  options: TransportOptions,
  parts: { gater: ConnectionGater; gossip: MemberGossip; upgradeTimeoutMs: number },
): Promise<Libp2pNode> {
  let dialer: Dialer | undefined;
  const libp2p = await createLibp2p({
    start: false,
    privateKey: options.identity.privateKey,
    nodeInfo: { name: 'holdfast', version: '1', userAgent: 'holdfast' },
    logger: quietLogger,
    // Inactivity is judged by heartbeats; 0 switches the socket's own timer off.
    transports: [
      tcp({ inboundSocketInactivityTimeout: 0, outboundSocketInactivityTimeout: 0, backlog: 128 }),
    ],
    connectionEncrypters: [noise({ crypto: noiseCrypto })],
    streamMuxers: [
      yamux({
        enableKeepAlive: false,
        maxInboundStreams: 128,
        // Without keep-alive pings yamux does not measure round trips and never widens the window by itself.
        streamOptions: { initialStreamWindowSize: 1024 * 1024 },
      }),
    ],
    connectionGater: parts.gater,
    connectionMonitor: { enabled: false },
    connectionManager: {
      maxConnections: 4096,
      reconnectRetries: 0,
      inboundConnectionThreshold: 100,
      maxIncomingPendingConnections: 256,
      inboundUpgradeTimeout: parts.upgradeTimeoutMs,
    },
    services: {
      // Gossipsub asks for it to be there; it never runs by itself.
      identify: identify({ runOnConnectionOpen: false }),
      pubsub: (components) => parts.gossip.service(components),
      dialer: (components) => {
        dialer = components.transportManager as Dialer;
        return {};
      },
    },
  });
  return { libp2p: libp2p as unknown as Libp2p, dialer: dialer! };
}
