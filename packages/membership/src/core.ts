import type { Message } from './message.ts';
import type { ResolvedMembershipOptions } from './options.ts';
import type { MembershipEvent, OutboundMessage, PeerState } from './outputs.ts';
import type { OwnHealthMonitor } from './own-health.ts';
import { directContactMs, type Link, type Peer } from './peer.ts';
import { noteLoss } from './return-window.ts';

/**
 * The whole state of one member's view, on which the functions of this package work. Private to the
 * package.
 */
export interface Core {
  readonly options: ResolvedMembershipOptions;
  readonly random: () => number;
  /** Sorted by name, so that outputs have one order. */
  readonly peers: Map<string, Peer>;
  readonly ownHealth: OwnHealthMonitor;
  readonly startedMs: number;
  nowMs: number;
  left: boolean;
  sequence: number;
  lastHeartbeatMs: number;
  nextHeartbeatMs: number;
  deadlineMs: number;
  piggyback: unknown;
  messages: OutboundMessage[];
  events: MembershipEvent[];
  piggybacks: { from: string; value: unknown }[];
}

export function send(core: Core, peer: Peer, link: Link, message: Message): void {
  core.messages.push({ to: peer.name, link: link.name, message });
}

/** An ill member gives others more time before it accuses them: the factor on its timeouts. */
export function patience(core: Core): number {
  if (core.ownHealth.health === 'good') return 1;
  return core.ownHealth.health === 'lossy' ? 4 : 2;
}

/** The newest contact, direct or through others. */
export function contactMs(core: Core, peer: Peer): number {
  return Math.max(directContactMs(peer, core.options.intervalMs), peer.indirectMs);
}

/** Changes what is believed about a peer and tells the caller. */
export function setState(core: Core, peer: Peer, state: PeerState): void {
  const before = peer.state;
  if (before === state) return;
  peer.state = state;
  const { name, incarnation } = peer;
  switch (state) {
    case 'suspected':
      core.events.push({ type: 'peer-suspected', peer: name, silentMs: silentMs(core, peer) });
      break;
    case 'unreachable':
    case 'lost':
      noteAbsence(core, peer, before);
      if (state === 'unreachable') core.events.push({ type: 'peer-unreachable', peer: name, via: peer.via });
      else core.events.push({ type: 'peer-lost', peer: name, incarnation, silentMs: silentMs(core, peer) });
      break;
    case 'alive':
      if (before !== 'suspected') peer.aliveSinceMs = core.nowMs;
      core.events.push({ type: 'peer-alive', peer: name, incarnation: incarnation ?? 0, before });
      break;
    case 'left':
      core.events.push({ type: 'peer-left', peer: name, incarnation: incarnation ?? 0 });
      break;
    case 'waiting':
      break;
  }
}

function silentMs(core: Core, peer: Peer): number {
  return core.nowMs - directContactMs(peer, core.options.intervalMs);
}

function noteAbsence(core: Core, peer: Peer, before: PeerState): void {
  // A peer that was never heard has not flapped, and one that was away already is not lost again.
  if (peer.incarnation === undefined || before === 'unreachable' || before === 'lost') return;
  noteLoss(peer.returning, core.nowMs - peer.aliveSinceMs, 60 * core.options.timeoutMs);
}
