import type { Connection, Stream } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { createLibp2p } from 'libp2p';
import type { Identity } from '../src/index.ts';
import { LINK_PROTOCOL } from '../src/link-names.ts';
import { toMultiaddr } from '../src/peer-address.ts';

/** A peer with a valid identity that does not keep to the protocol above libp2p. */
export interface RawPeer {
  readonly connect: () => Promise<Connection>;
  /** Opens a stream of the link protocol. */
  readonly openLink: () => Promise<{ connection: Connection; stream: Stream }>;
  readonly stop: () => Promise<void>;
}

export async function startRawPeer(
  identity: Identity,
  target: { address: string; peerId: string },
): Promise<RawPeer> {
  const node = await createLibp2p({
    privateKey: identity.privateKey,
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionMonitor: { enabled: false },
  });
  const connect = () => node.dial(toMultiaddr(target.address, target.peerId), { force: true });
  const openLink = async () => {
    const connection = await connect();
    return { connection, stream: await connection.newStream(LINK_PROTOCOL) };
  };
  return { connect, openLink, stop: async () => node.stop() };
}
