import type { LinkState, TransportPeer } from '@holdfast/ports';
import type { Connection, Stream } from '@libp2p/interface';
import { LinkConnection } from './link-connection.ts';
import type { PeerDirectory } from './peer-directory.ts';
import { PeerLink, type PeerLinkOwner } from './peer-link.ts';
import { abortConnection } from './stream-tuning.ts';

/** All links of all peers. */
export class LinkTable {
  readonly #directory: PeerDirectory;
  readonly #owner: PeerLinkOwner;
  #links = new Map<string, PeerLink[]>();

  constructor(directory: PeerDirectory, owner: PeerLinkOwner) {
    this.#directory = directory;
    this.#owner = owner;
  }

  /** Makes the links match the directory: ends those of peers that left or changed, dials new ones. */
  update(): void {
    const next = new Map<string, PeerLink[]>();
    const added: PeerLink[] = [];
    for (const peer of this.#directory.all()) {
      const old = this.#links.get(peer.name);
      if (old?.[0] && samePeer(old[0].peer, peer)) {
        next.set(peer.name, old);
        this.#links.delete(peer.name);
        continue;
      }
      // A joiner's addresses are not known before it has joined; it comes in on one link.
      const count = Math.max(Math.min(peer.addresses.length, this.#owner.ownLinks), 1);
      const links = Array.from({ length: count }, (_unused, link) => new PeerLink(peer, link, this.#owner));
      next.set(peer.name, links);
      added.push(...links);
    }
    const gone = this.#links;
    this.#links = next;
    for (const link of [...gone.values()].flat()) link.end(new Error('the peer left or changed'));
    for (const link of added) link.dialNow();
  }

  of(name: string): readonly PeerLink[] {
    return this.#links.get(name) ?? [];
  }

  all(): PeerLink[] {
    return [...this.#links.values()].flat();
  }

  /** A stream of the link protocol came in: it is a link once its hello said which one. */
  accept(stream: Stream, connection: Connection): void {
    let link: PeerLink | undefined;
    const peer = this.#directory.byId(connection.remotePeer.toString());
    if (!peer) {
      abortConnection(connection, new Error('not in the member list'));
      return;
    }
    new LinkConnection(connection, stream, this.#owner.limits, {
      onHello: (ready, index) => {
        link = this.of(peer.name)[index];
        if (link && link.peer.peerId === peer.peerId) link.accept(ready);
        else ready.close(new Error(`the peer has no link ${index}`));
      },
      onFrame: (_ready, payload) => {
        if (link) this.#owner.onFrame(link, payload);
      },
      onClosed: (closed, reason) => link?.lost(closed, reason),
    });
  }

  /**
   * The link to use when any will do: the first connected one, but rather one that passes bytes on than
   * one that does
   * not, and rather one that was heard from than one that has gone silent meanwhile.
   */
  best(name: string): PeerLink | undefined {
    const connected = this.of(name).filter((link) => link.current);
    if (connected.length < 2) return connected[0];
    const { stuckMs } = this.#owner.timing;
    const nowMs = performance.now();
    const passing = connected.filter((link) => !link.current!.isStuck(nowMs, stuckMs));
    const candidates = passing.length > 0 ? passing : connected;
    const heardMs = Math.min(...candidates.map((link) => link.current!.silentMs(nowMs)));
    return candidates.find((link) => link.current!.silentMs(nowMs) <= heardMs + stuckMs);
  }

  /**
   * The peer tried to connect although this side dials: it has started, or lost a link this side may
   * believe in.
   */
  knocked(name: string): void {
    const nowMs = performance.now();
    const doubtfulMs = this.#owner.timing.stallMs / 2;
    for (const link of this.of(name)) {
      if (!link.current || link.current.silentMs(nowMs) > doubtfulMs) link.dialNow();
    }
  }

  check(): void {
    const nowMs = performance.now();
    for (const link of this.all()) link.check(nowMs);
  }

  states(): LinkState[] {
    return this.all()
      .filter((link) => link.peer.role === 'member')
      .map(linkState);
  }

  end(): void {
    for (const link of this.all()) link.end();
    this.#links = new Map();
  }
}

export function linkState(link: PeerLink): LinkState {
  return {
    peer: link.peer.name,
    link: link.link,
    connected: link.current !== undefined,
    queuedBytes: link.current?.queuedBytes ?? 0,
  };
}

function samePeer(one: TransportPeer, other: TransportPeer): boolean {
  return (
    one.peerId === other.peerId &&
    one.role === other.role &&
    one.addresses.length === other.addresses.length &&
    one.addresses.every((address, at) => address === other.addresses[at])
  );
}
