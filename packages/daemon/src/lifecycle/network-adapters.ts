import { rmSync } from 'node:fs';
import { HoldfastError } from '@holdfast/model';
import { JOIN_PROTOCOL } from '@holdfast/protocol';
import {
  createIdentity,
  generateIdentity,
  type Identity,
  identityFromText,
  identityToText,
  Libp2pTransport,
  loadIdentity,
} from '@holdfast/transport';
import type { DaemonIdentity, MemberAdapters } from './member-adapters.ts';

/** An identity of the transport as the daemon passes it around. */
class Libp2pIdentity implements DaemonIdentity {
  readonly identity: Identity;

  constructor(identity: Identity) {
    this.identity = identity;
  }
  get peerId(): string {
    return this.identity.peerId;
  }
  toText(): string {
    return identityToText(this.identity);
  }
}

type NetworkAdapters = Pick<
  MemberAdapters,
  'loadIdentity' | 'createIdentity' | 'generateIdentity' | 'identityFromText' | 'createTransport'
>;

/** Identities and links over libp2p. */
export function networkAdapters(gossipTopics: readonly string[]): NetworkAdapters {
  return {
    loadIdentity: async (path) => new Libp2pIdentity(await loadIdentity(path)),
    createIdentity: async (path) => {
      rmSync(path, { force: true });
      return new Libp2pIdentity(await createIdentity(path));
    },
    generateIdentity: async () => new Libp2pIdentity(await generateIdentity()),
    identityFromText: (text) => {
      try {
        return new Libp2pIdentity(identityFromText(text));
      } catch {
        throw new HoldfastError('TOKEN_INVALID', { problem: 'it holds no key' });
      }
    },
    createTransport: async ({ identity, listen, logger }) =>
      new Libp2pTransport({
        identity: (identity as Libp2pIdentity).identity,
        listen,
        topics: listen.length > 0 ? gossipTopics : [],
        joinerProtocols: [JOIN_PROTOCOL],
        logger,
      }),
  };
}
