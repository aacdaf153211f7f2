import type { OwnHealth } from './message.ts';
import type { PeerState } from './outputs.ts';
import { newReturnWindow, type ReturnWindow } from './return-window.ts';

const never = Number.NEGATIVE_INFINITY;

/** One path to a peer. */
export interface Link {
  readonly name: string;
  up: boolean;
  /** When something was heard on it. */
  heardMs: number;
  /** Send time of our newest heartbeat (or probe) that the peer has heard on it. */
  echoedMs: number;
  /** The peer's newest `sentAtMs`, to be echoed; -1 for none. */
  echoMs: number;
}

/** What is known about a peer. */
export interface Peer {
  readonly name: string;
  links: Link[];
  state: PeerState;
  incarnation: number | undefined;
  health: OwnHealth;
  /** When watching began; silence is counted from here while nothing was heard. */
  watchedSinceMs: number;
  /** Newest time at which another member was in contact with it, and who. */
  indirectMs: number;
  via: string;
  nextProbeMs: number;
  nextRequestMs: number;
  /** Requests sent about it since its last contact, and answers to them, whatever they said. */
  asked: number;
  answered: number;
  /** Newest heartbeat round heard, and the share that is missing lately. */
  sequence: number;
  lossPart: number;
  /** Members that asked about it, and until when an answer is of use to them. */
  readonly askers: Map<string, number>;
  readonly returning: ReturnWindow;
  aliveSinceMs: number;
}

export function newPeer(name: string, links: readonly string[], nowMs: number): Peer {
  return {
    name,
    links: links.map((link) => newLink(link)),
    state: 'waiting',
    incarnation: undefined,
    health: 'good',
    watchedSinceMs: nowMs,
    indirectMs: never,
    via: '',
    nextProbeMs: never,
    nextRequestMs: never,
    asked: 0,
    answered: 0,
    sequence: -1,
    lossPart: 0,
    askers: new Map(),
    returning: newReturnWindow(),
    aliveSinceMs: nowMs,
  };
}

export function newLink(name: string): Link {
  return { name, up: false, heardMs: never, echoedMs: never, echoMs: -1 };
}

/**
 * Until when a link was certainly working in both directions: something was heard, and the peer has heard
 * us. The echo travels with the peer's next heartbeat and may miss one, hence the allowance of two
 * intervals.
 */
export function linkContactMs(link: Link, intervalMs: number): number {
  return Math.min(link.heardMs, link.echoedMs + 2 * intervalMs);
}

/** The newest direct contact on any link; before the first, the time since when the peer is watched. */
export function directContactMs(peer: Peer, intervalMs: number): number {
  let contactMs = peer.watchedSinceMs;
  for (const link of peer.links) contactMs = Math.max(contactMs, linkContactMs(link, intervalMs));
  return contactMs;
}

/** When anything was heard on any link. */
export function heardMs(peer: Peer): number {
  let heard = never;
  for (const link of peer.links) heard = Math.max(heard, link.heardMs);
  return heard;
}

/** The link heard last, for messages that go on one link only. */
export function bestLink(peer: Peer): Link | undefined {
  let best: Link | undefined;
  for (const link of peer.links) if (best === undefined || link.heardMs > best.heardMs) best = link;
  return best;
}

/** The link of that name; undefined when none leads to the peer under it. A loop: every message comes through here. */
export function linkOf(peer: Peer, name: string): Link | undefined {
  for (const link of peer.links) if (link.name === name) return link;
  return undefined;
}

/** Forgets the peer's old run. */
export function resetForIncarnation(peer: Peer, incarnation: number, nowMs: number): void {
  peer.incarnation = incarnation;
  peer.sequence = -1;
  peer.lossPart = 0;
  peer.indirectMs = never;
  peer.watchedSinceMs = nowMs;
  for (const link of peer.links) {
    link.heardMs = never;
    link.echoedMs = never;
    link.echoMs = -1;
  }
}

/** This member was away for so long: it could not have heard anybody, which is not the peers' fault. */
export function forgive(peer: Peer, lateMs: number, nowMs: number): void {
  peer.watchedSinceMs = Math.min(nowMs, peer.watchedSinceMs + lateMs);
  peer.indirectMs = Math.min(nowMs, peer.indirectMs + lateMs);
  for (const link of peer.links) {
    link.heardMs = Math.min(nowMs, link.heardMs + lateMs);
    link.echoedMs = Math.min(nowMs, link.echoedMs + lateMs);
  }
}
