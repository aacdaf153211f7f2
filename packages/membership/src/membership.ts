import { assert } from '@holdfast/ports';
import { type Core, send } from './core.ts';
import { judge } from './detection.ts';
import type { Message, OwnHealth } from './message.ts';
import { type MembershipOptions, resolveOptions } from './options.ts';
import type { LinkView, Outputs, PeerState, PeerView } from './outputs.ts';
import { OwnHealthMonitor } from './own-health.ts';
import { forgive, heardMs, newLink, newPeer, type Peer } from './peer.ts';
import { receive } from './receive.ts';

/** Part of the interval that a beat waits beyond it for an occasion to go along with: more than messages jitter. */
const waitingPart = 1 / 8;

/** A member to be watched, and the links that lead to it. */
export interface PeerDefinition {
  readonly name: string;
  readonly links: readonly string[];
}

/**
 * One member's view of who is alive. It does no I/O and reads no clock: the caller feeds it time and
 * messages and carries out what `takeOutputs` asks for. `nowMs` is always the member's own monotonic clock.
 *
 * It observes and reports; it decides nothing. Being lost here costs nobody a vote or a resource before the
 * leader has acted on it (rule 8).
 */
export class Membership {
  private readonly core: Core;

  /** @param random the caller's seeded draw in [0, 1); chooses whom to ask about a silent peer */
  constructor(
    options: MembershipOptions,
    peers: readonly PeerDefinition[],
    random: () => number,
    nowMs: number,
  ) {
    this.core = {
      options: resolveOptions(options),
      random,
      peers: new Map(),
      ownHealth: new OwnHealthMonitor(),
      startedMs: nowMs,
      nowMs,
      left: false,
      sequence: 0,
      lastHeartbeatMs: Number.NEGATIVE_INFINITY,
      nextHeartbeatMs: nowMs,
      deadlineMs: nowMs,
      piggyback: undefined,
      messages: [],
      events: [],
      piggybacks: [],
    };
    this.setPeers(peers, nowMs);
  }

  /**
   * Whom to watch from now on. Known peers and links keep their history; a peer that is not listed is
   * forgotten without an event.
   */
  setPeers(definitions: readonly PeerDefinition[], nowMs: number): void {
    const { core } = this;
    this.advance(nowMs);
    const sorted = [...definitions].sort((left, right) => (left.name < right.name ? -1 : 1));
    const before = new Map(core.peers);
    core.peers.clear();
    for (const { name, links } of sorted) {
      assert(name !== core.options.self && !core.peers.has(name), 'a peer is listed once', { name });
      const peer = before.get(name) ?? newPeer(name, links, core.nowMs);
      peer.links = links.map((link) => peer.links.find((known) => known.name === link) ?? newLink(link));
      core.peers.set(name, peer);
    }
    core.deadlineMs = core.nowMs;
  }

  /**
   * Lets time pass. Call it at `nextDeadlineMs()`; much later means that this member was paused, and is
   * noticed.
   */
  tick(nowMs: number): void {
    const { core } = this;
    this.advance(nowMs);
    if (core.left) return;
    if (core.nowMs >= core.nextHeartbeatMs) this.sendHeartbeats(core.options.intervalMs);
    this.judgeAll();
  }

  /**
   * Something was heard that this member answers at once, every interval: its heartbeats go along with the answer, so
   * that sender and receivers are woken once and not twice. The next beat waits a little longer for the next occasion
   * than it would alone. A beat that has just gone is not repeated: the ones after it wait until they are in step.
   */
  beatAlong(nowMs: number): void {
    const { core } = this;
    this.advance(nowMs);
    if (core.left) return;
    const { intervalMs } = core.options;
    const apart = Math.round(intervalMs * (1 + waitingPart));
    if (core.nowMs < core.lastHeartbeatMs + intervalMs / 2) {
      core.nextHeartbeatMs = core.lastHeartbeatMs + apart;
      return;
    }
    this.sendHeartbeats(apart);
    this.judgeAll();
  }

  private judgeAll(): void {
    const { core } = this;
    if (core.ownHealth.update(core.peers, core.nowMs, core.options)) {
      const { health, lateMs } = core.ownHealth;
      core.events.push({ type: 'own-health-changed', health, lateMs: health === 'late' ? lateMs : 0 });
    }
    let deadlineMs = core.nextHeartbeatMs;
    for (const peer of core.peers.values()) deadlineMs = Math.min(deadlineMs, judge(core, peer));
    core.deadlineMs = deadlineMs;
  }

  /** When `tick` is due next; Infinity after `leave`. */
  nextDeadlineMs(): number {
    return this.core.deadlineMs;
  }

  /**
   * Takes in a message that came from a peer over a link. The caller has checked sender and form
   * (`isMembershipMessage`).
   */
  receive(from: string, link: string, message: Message, nowMs: number): void {
    this.advance(nowMs);
    if (!this.core.left) receive(this.core, from, link, message);
  }

  /** Says goodbye on all links, so that this end is not taken for a loss, and falls silent for ever. */
  leave(nowMs: number): void {
    const { core } = this;
    this.advance(nowMs);
    if (core.left) return;
    core.left = true;
    core.deadlineMs = Number.POSITIVE_INFINITY;
    const message = { type: 'goodbye', incarnation: core.options.incarnation } as const;
    for (const peer of core.peers.values()) for (const link of peer.links) send(core, peer, link, message);
  }

  /** A few bytes to send along with each heartbeat from now on (JSON); undefined for nothing. */
  setPiggyback(value: unknown): void {
    this.core.piggyback = value;
  }

  /** What is to be done now. Call it after every input. */
  takeOutputs(): Outputs {
    const { core } = this;
    const { messages, events, piggybacks } = core;
    core.messages = [];
    core.events = [];
    core.piggybacks = [];
    return { messages, events, piggybacks };
  }

  /** Whether `takeOutputs` would return anything. */
  hasOutputs(): boolean {
    const { core } = this;
    return core.messages.length > 0 || core.events.length > 0 || core.piggybacks.length > 0;
  }

  /** What this member thinks of itself. */
  get ownHealth(): OwnHealth {
    return this.core.ownHealth.health;
  }

  /** One peer; undefined when it is not watched. */
  peer(name: string): PeerView | undefined {
    const peer = this.core.peers.get(name);
    return peer === undefined ? undefined : viewOf(peer);
  }

  /** What is believed about one peer; for those who ask with every beat and need no more. */
  stateOf(name: string): PeerState | undefined {
    return this.core.peers.get(name)?.state;
  }

  /** All peers, sorted by name. */
  peers(): PeerView[] {
    return [...this.core.peers.values()].map(viewOf);
  }

  private advance(nowMs: number): void {
    const { core } = this;
    if (nowMs <= core.nowMs) return;
    core.nowMs = nowMs;
    const lateMs = nowMs - core.deadlineMs;
    if (core.left || lateMs <= core.options.lateLimitMs) return;
    // Paused or starved: nothing could be heard meanwhile. The time does not count against the others.
    for (const peer of core.peers.values()) forgive(peer, lateMs, nowMs);
    core.ownHealth.noteLate(lateMs, nowMs, core.options);
    core.deadlineMs = nowMs;
  }

  private sendHeartbeats(nextInMs: number): void {
    const { core } = this;
    core.sequence++;
    core.lastHeartbeatMs = core.nowMs;
    core.nextHeartbeatMs = core.nowMs + nextInMs;
    const { incarnation } = core.options;
    const { health } = core.ownHealth;
    for (const peer of core.peers.values()) {
      if (peer.state === 'left') continue;
      for (const link of peer.links) {
        const { sequence, nowMs: sentAtMs, piggyback } = core;
        const beat = {
          type: 'heartbeat',
          incarnation,
          sequence,
          sentAtMs,
          echoMs: link.echoMs,
          health,
        } as const;
        send(core, peer, link, piggyback === undefined ? beat : { ...beat, piggyback });
      }
    }
  }
}

function viewOf(peer: Peer): PeerView {
  return {
    name: peer.name,
    state: peer.state,
    incarnation: peer.incarnation,
    lastHeardMs: whenHeard(heardMs(peer)),
    health: peer.health,
    links: peer.links.map(
      ({ name, up, heardMs: atMs }): LinkView => ({ link: name, up, lastHeardMs: whenHeard(atMs) }),
    ),
  };
}

function whenHeard(atMs: number): number | undefined {
  return Number.isFinite(atMs) ? atMs : undefined;
}
