import { type Core, send, setState } from './core.ts';
import { judge } from './detection.ts';
import type { Goodbye, Heartbeat, Message, Probe, ProbeReply, ProbeRequest, ProbeResult } from './message.ts';
import { bestLink, directContactMs, type Link, linkOf, type Peer, resetForIncarnation } from './peer.ts';
import { hasBadLink, noteRestart, noteReturning } from './return-window.ts';

/** Takes in one message. Messages of unknown members, unknown links and older runs are dropped. */
export function receive(core: Core, from: string, linkName: string, message: Message): void {
  const peer = core.peers.get(from);
  if (peer === undefined) return;
  const link = linkOf(peer, linkName);
  if (link === undefined) return;
  if (!acceptIncarnation(core, peer, message)) return;
  switch (message.type) {
    case 'heartbeat':
      onHeartbeat(core, peer, link, message);
      break;
    case 'probe':
      onProbe(core, peer, link, message);
      break;
    case 'probe-reply':
      onProbeReply(core, peer, link, message);
      break;
    case 'probe-request':
      onProbeRequest(core, peer, message);
      break;
    case 'probe-result':
      onProbeResult(core, peer, message);
      break;
    case 'goodbye':
      onGoodbye(core, peer, message);
      break;
  }
}

/** An older run has ended and has nothing to say; a newer one ends all that was known. */
function acceptIncarnation(core: Core, peer: Peer, message: Message): boolean {
  const { incarnation } = message;
  const known = peer.incarnation;
  if (known === incarnation) return peer.state !== 'left';
  if (known !== undefined && incarnation < known) return false;
  resetForIncarnation(peer, incarnation, core.nowMs);
  if (known !== undefined) {
    noteRestart(peer.returning);
    core.events.push({
      type: 'peer-restarted',
      peer: peer.name,
      incarnation,
      previousIncarnation: known,
    });
    setState(core, peer, 'waiting');
  }
  return true;
}

function onHeartbeat(core: Core, peer: Peer, link: Link, message: Heartbeat): void {
  noteHeard(core, link, message.echoMs);
  if (message.sentAtMs > link.echoMs) link.echoMs = message.sentAtMs;
  if (message.health !== peer.health) {
    peer.health = message.health;
    core.events.push({ type: 'peer-health-changed', peer: peer.name, health: message.health });
  }
  if (message.piggyback !== undefined) core.piggybacks.push({ from: peer.name, value: message.piggyback });
  if (message.sequence > peer.sequence) {
    noteLossPart(peer, message.sequence);
    peer.sequence = message.sequence;
    noteAlive(core, peer, message.sequence);
  }
  judge(core, peer);
  answerAskers(core, peer);
}

/**
 * Exponential average over roughly the last five rounds: quick, because it must be known before we accuse.
 */
function noteLossPart(peer: Peer, sequence: number): void {
  if (peer.sequence >= 0) {
    const missing = Math.min(10, sequence - peer.sequence - 1);
    for (let at = 0; at < missing; at++) peer.lossPart += (1 - peer.lossPart) / 5;
  }
  peer.lossPart -= peer.lossPart / 5;
}

function noteAlive(core: Core, peer: Peer, sequence: number): void {
  const { returning } = peer;
  if (peer.state === 'waiting' && !hasBadLink(returning)) setState(core, peer, 'alive');
  if (peer.state !== 'lost' && peer.state !== 'unreachable' && peer.state !== 'waiting') return;
  returning.audible++;
  const { intervalMs, timeoutMs, returnWindowMs } = core.options;
  const bothWays = core.nowMs - directContactMs(peer, intervalMs) < timeoutMs;
  let echoedMs = Number.NEGATIVE_INFINITY;
  for (const link of peer.links) echoedMs = Math.max(echoedMs, link.echoedMs);
  // A member that says itself that it hears badly would be gone again at once.
  if (!bothWays || peer.health === 'lossy') returning.heard = 0;
  else if (noteReturning(returning, sequence, echoedMs, core.nowMs, returnWindowMs)) {
    setState(core, peer, 'alive');
  }
}

function noteHeard(core: Core, link: Link, echoMs: number): void {
  link.heardMs = core.nowMs;
  // An echo from before our start is about an earlier run of ours.
  if (echoMs >= core.startedMs && echoMs <= core.nowMs && echoMs > link.echoedMs) link.echoedMs = echoMs;
}

function onProbe(core: Core, peer: Peer, link: Link, message: Probe): void {
  link.heardMs = core.nowMs;
  const { incarnation } = core.options;
  send(core, peer, link, { type: 'probe-reply', incarnation, echoMs: message.sentAtMs });
}

function onProbeReply(core: Core, peer: Peer, link: Link, message: ProbeReply): void {
  noteHeard(core, link, message.echoMs);
  judge(core, peer);
  answerAskers(core, peer);
}

function onProbeRequest(core: Core, asker: Peer, message: ProbeRequest): void {
  const target = core.peers.get(message.target);
  if (target === asker) return;
  const { intervalMs, timeoutMs, incarnation } = core.options;
  sendResult(core, asker, message.target);
  if (target === undefined || core.nowMs - directContactMs(target, intervalMs) <= intervalMs) return;
  target.askers.set(asker.name, core.nowMs + timeoutMs);
  for (const link of target.links) {
    send(core, target, link, { type: 'probe', incarnation, sentAtMs: core.nowMs });
  }
}

function answerAskers(core: Core, target: Peer): void {
  if (target.askers.size === 0) return;
  const { intervalMs } = core.options;
  if (core.nowMs - directContactMs(target, intervalMs) > intervalMs) return;
  for (const [name, untilMs] of target.askers) {
    const asker = core.peers.get(name);
    if (asker !== undefined && untilMs >= core.nowMs) sendResult(core, asker, target.name);
  }
  target.askers.clear();
}

function sendResult(core: Core, asker: Peer, targetName: string): void {
  const link = bestLink(asker);
  if (link === undefined) return;
  const target = core.peers.get(targetName);
  const contactMs =
    target?.incarnation === undefined ? core.startedMs : directContactMs(target, core.options.intervalMs);
  send(core, asker, link, {
    type: 'probe-result',
    incarnation: core.options.incarnation,
    target: targetName,
    targetIncarnation: target?.incarnation ?? null,
    ageMs: Math.max(0, core.nowMs - contactMs),
  });
}

function onProbeResult(core: Core, helper: Peer, message: ProbeResult): void {
  const target = core.peers.get(message.target);
  if (target === undefined) return;
  target.answered++;
  // A word about another run than the one that is missed says nothing about that one.
  if (message.targetIncarnation === null || target.incarnation !== message.targetIncarnation) return;
  const atMs = core.nowMs - Math.max(0, message.ageMs);
  // Members do not hear the same last heartbeat at the same time; only what is clearly later than ours is
  // news.
  const knownMs = Math.max(target.indirectMs, directContactMs(target, core.options.intervalMs));
  if (atMs <= knownMs + core.options.intervalMs) return;
  target.indirectMs = atMs;
  target.asked = 0;
  target.answered = 0;
  target.via = helper.name;
  judge(core, target);
}

function onGoodbye(core: Core, peer: Peer, _message: Goodbye): void {
  for (const link of peer.links) {
    if (link.up) core.events.push({ type: 'link-down', peer: peer.name, link: link.name });
    link.up = false;
  }
  setState(core, peer, 'left');
}
