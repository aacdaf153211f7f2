import { type Core, contactMs, patience, send, setState } from './core.ts';
import { bestLink, directContactMs, linkContactMs, type Peer } from './peer.ts';

/**
 * Judges one peer by the time that has passed, and probes it where there is doubt. Returns its next
 * deadline.
 */
export function judge(core: Core, peer: Peer): number {
  if (peer.state === 'left') return Number.POSITIVE_INFINITY;
  const { options, nowMs } = core;
  const timeoutMs = options.timeoutMs * patience(core);
  const suspicionMs = timeoutMs * options.suspicionPart;
  judgeLinks(core, peer);
  const directMs = directContactMs(peer, options.intervalMs);
  const directSilenceMs = nowMs - directMs;
  if (directSilenceMs < suspicionMs) {
    if (peer.state === 'suspected') setState(core, peer, 'alive');
    peer.asked = 0;
    peer.answered = 0;
    return directMs + suspicionMs;
  }
  if (peer.state === 'alive') setState(core, peer, 'suspected');
  const silenceMs = nowMs - contactMs(core, peer);
  // Asked others and hardly heard their answers: then the peer's silence says more about this member.
  const deaf = peer.state !== 'lost' && peer.asked >= 2 && peer.answered * 2 < peer.asked;
  if (silenceMs >= timeoutMs && deaf && core.ownHealth.health === 'good')
    core.ownHealth.noteDeaf(nowMs, options);
  else if (silenceMs >= timeoutMs) setState(core, peer, 'lost');
  else if (directSilenceMs >= timeoutMs && peer.state !== 'lost') setState(core, peer, 'unreachable');
  return probe(core, peer, timeoutMs, suspicionMs);
}

/** Asks a silent peer directly and through others. A lost one is left to its own heartbeats. */
function probe(core: Core, peer: Peer, timeoutMs: number, suspicionMs: number): number {
  const { options, nowMs } = core;
  if (peer.state === 'lost') return Number.POSITIVE_INFINITY;
  const knownMs = contactMs(core, peer);
  if (nowMs >= peer.nextProbeMs) {
    peer.nextProbeMs = nowMs + options.intervalMs / (peer.state === 'unreachable' ? 1 : 4);
    const message = { type: 'probe', incarnation: options.incarnation, sentAtMs: nowMs } as const;
    for (const link of peer.links) send(core, peer, link, message);
  }
  // While others vouch for it there is time until their word is as old as a suspicion.
  const requestDueMs = Math.max(peer.nextRequestMs, knownMs + suspicionMs);
  if (nowMs >= requestDueMs) {
    peer.nextRequestMs = nowMs + options.intervalMs;
    askOthers(core, peer);
  }
  let deadlineMs = Math.min(peer.nextProbeMs, knownMs + timeoutMs);
  if (peer.state === 'suspected') {
    const unreachableMs = directContactMs(peer, options.intervalMs) + timeoutMs;
    if (unreachableMs > nowMs) deadlineMs = Math.min(deadlineMs, unreachableMs);
  }
  return Math.min(deadlineMs, Math.max(peer.nextRequestMs, knownMs + suspicionMs));
}

function askOthers(core: Core, target: Peer): void {
  const candidates: Peer[] = [];
  for (const peer of core.peers.values())
    if (peer !== target && peer.state === 'alive') candidates.push(peer);
  const count = Math.min(core.options.indirectProbes, candidates.length);
  for (let picked = 0; picked < count; picked++) {
    const at = picked + Math.floor(core.random() * (candidates.length - picked));
    const helper = candidates[at];
    const first = candidates[picked];
    if (helper === undefined || first === undefined) continue;
    candidates[at] = first;
    candidates[picked] = helper;
    const link = bestLink(helper);
    const { incarnation } = core.options;
    if (link !== undefined) {
      target.asked++;
      send(core, helper, link, { type: 'probe-request', incarnation, target: target.name });
    }
  }
}

function judgeLinks(core: Core, peer: Peer): void {
  const { intervalMs, timeoutMs } = core.options;
  for (const link of peer.links) {
    const up = core.nowMs - linkContactMs(link, intervalMs) < timeoutMs * patience(core);
    if (up === link.up) continue;
    link.up = up;
    core.events.push({ type: up ? 'link-up' : 'link-down', peer: peer.name, link: link.name });
  }
}
