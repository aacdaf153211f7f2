import type { TransportPeer } from '@holdfast/ports';
import { normalPeerId } from './identity.ts';

/** The admission list: who may connect, by name and by PeerId. */
export class PeerDirectory {
  readonly #ownPeerId: string;
  /** True for a joiner, which nobody can dial. */
  readonly #dialsAll: boolean;
  #byName = new Map<string, TransportPeer>();
  #byId = new Map<string, TransportPeer>();

  constructor(ownPeerId: string, dialsAll: boolean) {
    this.#ownPeerId = ownPeerId;
    this.#dialsAll = dialsAll;
  }

  /** Replaces the list; the own entry is left out. @throws Error when an entry's PeerId cannot be read */
  set(peers: readonly TransportPeer[]): void {
    const normal = peers
      .map((peer) => ({ ...peer, peerId: normalPeerId(peer.peerId) }))
      .filter((peer) => peer.peerId !== this.#ownPeerId);
    this.#byName = new Map(normal.map((peer) => [peer.name, peer]));
    this.#byId = new Map(normal.map((peer) => [peer.peerId, peer]));
  }

  all(): Iterable<TransportPeer> {
    return this.#byName.values();
  }

  byName(name: string): TransportPeer | undefined {
    return this.#byName.get(name);
  }

  byId(peerId: string): TransportPeer | undefined {
    return this.#byId.get(peerId);
  }

  /**
   * True when this side makes the connections to the peer. Of two members the one with the smaller PeerId
   * does, so that
   * there is one connection per link; a joiner is never dialled, and neither is a peer without addresses.
   */
  dials(peer: TransportPeer): boolean {
    if (peer.role === 'joiner' || peer.addresses.length === 0) return false;
    return this.#dialsAll || this.#ownPeerId < peer.peerId;
  }
}
