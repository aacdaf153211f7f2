import type { Message, Pledge } from '@holdfast/consensus';
import type { StoreOperation } from '@holdfast/ports';
import type { Envelope, OutdatedStore, PeerMessage, PledgeNews, RememberedLife } from '@holdfast/protocol';
import type { NodeContext } from '../node-context.ts';
import type { Lineage } from './lineage.ts';
import { PeerMemory, type RememberedPeer } from './peer-memory.ts';

/** Key of the record that says that this store is older than what its member has promised, and why. */
export const OUTDATED_KEY = 'outdated';
/** Messages of one life that wait until it is known; what comes after is lost, as on a bad link. */
const HELD_PARTS = 500;
/** How long a member with an outdated store tells the others before its process ends. Milliseconds. */
const FAREWELL_MS = 1000;
const NEVER = Number.POSITIVE_INFINITY;
/** A pledge is told with so many heartbeats after it changed, and with every tenth. */
const FRESH_BEATS = 3;
const REPEAT_BEATS = 10;

/** The newest life heard of a peer. */
interface Heard {
  readonly incarnation: number;
  readonly life: string;
  /** It continues from what is remembered, and that it does is on disk. */
  known: boolean;
  meeting: boolean;
  askedMs: number;
  held: (() => void)[];
}

/** What `LifeCheck` needs of the rest of the member. */
export interface LifeCheckHooks {
  readonly lineage: Lineage;
  /** Records of the store as they were at the start. */
  readonly records: ReadonlyMap<string, unknown>;
  readonly persist: (batch: readonly StoreOperation[], done: () => void) => void;
  /** Identity that the member list gives to a name. */
  readonly peerIdOf: (name: string) => string | undefined;
  readonly otherNames: () => readonly string[];
  /** A new life of a peer was heard. */
  readonly newLife: (name: string) => void;
  /** A life that was met is listened to from now on. */
  readonly known: () => void;
  /** The leader is told of a store that is older than what it has promised. */
  readonly outdatedPeer: (name: string, notice: OutdatedStore) => void;
  /** This store is older than what this member has promised, that is on disk and the others were told: the end. */
  readonly outdated: (problem: string) => void;
}

/**
 * Rule 16 against restored stores. Nothing that a new life of a peer says is used before that peer has compared its
 * store with what this member remembers of its earlier lives: their names, and what they had promised. A store that
 * lacks something of it is marked, and its member ends for good. Each pair of members does so by itself, so whoever
 * remembers is enough, and heartbeats of membership go on meanwhile.
 */
export class LifeCheck {
  readonly memory: PeerMemory;
  /** This store is outdated: nothing is listened to any more. */
  ended = false;
  private readonly context: NodeContext;
  private readonly hooks: LifeCheckHooks;
  private readonly heard = new Map<string, Heard>();
  private told: Pledge | undefined;
  private problem = '';
  private farewellAtMs = NEVER;
  private endAtMs = NEVER;
  private beats = 0;

  constructor(context: NodeContext, hooks: LifeCheckHooks) {
    this.context = context;
    this.hooks = hooks;
    this.memory = new PeerMemory({ records: hooks.records, persist: hooks.persist });
  }

  /**
   * Takes note of whose life an envelope is. Returns which of its messages may be used: all, those of membership only
   * (the others are to be held), or none but the news that the sender is outdated.
   */
  hears(from: string, { incarnation, life }: Envelope): 'all' | 'membership' | 'none' {
    if (this.ended) return 'none';
    const met = this.heard.get(from);
    if (met?.known && met.incarnation === incarnation && met.life === life) return 'all';
    const heard = this.heardOf(from);
    if (heard === undefined || incarnation > heard.incarnation) {
      const fresh = { incarnation, life, known: false, meeting: false, askedMs: -1e9, held: [] };
      this.heard.set(from, fresh);
      this.hooks.newLife(from);
      this.compare(from, fresh);
      return fresh.known ? 'all' : 'membership';
    }
    if (incarnation < heard.incarnation || life !== heard.life) {
      // Late words of a life that has ended, or a store that was restored: it can tell by itself.
      this.ask(from, heard);
      return 'none';
    }
    if (!heard.known) this.compare(from, heard);
    return heard.known ? 'all' : 'membership';
  }

  /** Keeps a message until the life that sent it is known. */
  hold(from: string, deliver: () => void): void {
    const held = this.heard.get(from)?.held;
    if (held && held.length < HELD_PARTS) held.push(deliver);
  }

  /** Whether the message is about lives, and so was taken in here. */
  receive(from: string, life: string, part: PeerMessage): boolean {
    switch (part.kind) {
      case 'remembered':
        this.remembered(from, part);
        return true;
      case 'continues': {
        const heard = this.heard.get(from);
        if (heard?.life === life && this.expected(from)?.life === part.after) this.meet(from, heard);
        return true;
      }
      case 'outdated':
        if (part.peerId === this.hooks.peerIdOf(from)) this.hooks.outdatedPeer(from, part);
        return true;
      default:
        return false;
    }
  }

  /** A name that was given to a new machine begins its lives anew. */
  forget(name: string): void {
    this.heard.delete(name);
  }

  /** What a message of a known life promises. */
  noteConsensus(from: string, message: Message): void {
    const { consensus } = this.context.replica;
    if (message.type === 'append-reply') {
      const { term, matchIndex: index } = message;
      if (term !== consensus.term || consensus.role !== 'leader') return;
      this.notePledge(from, { term, votedFor: null, index, entryTerm: consensus.termAt(index) ?? 0 });
    } else if (message.type === 'vote-reply' && message.granted) {
      this.notePledge(from, { term: message.term, votedFor: consensus.self, index: 0, entryTerm: 0 });
    }
  }

  notePledge(from: string, pledge: Pledge): void {
    this.memory.pledged(from, pledge, this.context.nowMs);
  }

  /** Called with each beat: what this member's disk vouches for, when the others may not know it. */
  pledgeNews(): PledgeNews | undefined {
    const pledge = this.context.replica.consensus.pledge();
    if (pledge === undefined || this.ended) return undefined;
    const { told } = this;
    const same =
      told !== undefined &&
      told.term === pledge.term &&
      told.votedFor === pledge.votedFor &&
      told.index === pledge.index &&
      told.entryTerm === pledge.entryTerm;
    this.beats = same ? this.beats + 1 : 0;
    this.told = pledge;
    return this.beats < FRESH_BEATS || this.beats % REPEAT_BEATS === 0
      ? { kind: 'pledge', pledge }
      : undefined;
  }

  /** What the log says of this member, whoever wrote it. */
  watchOwnRecord(): void {
    const { replica, options } = this.context;
    const record = replica.state.members.get(options.name);
    if (record?.peerId !== options.peerId) return;
    if (record.outdated) this.end('the cluster has found that it forgot what it had acknowledged');
    if (record.life === null) return;
    const problem = this.hooks.lineage.lacks(record.incarnation, record.life);
    if (problem) this.end(problem);
  }

  /** All that a member with an outdated store still does: it tells the others, and ends a little later. */
  bidFarewell(): void {
    const { nowMs, timing, options, outbox } = this.context;
    if (nowMs >= this.endAtMs) this.hooks.outdated(this.problem);
    if (nowMs < this.farewellAtMs) return;
    this.farewellAtMs = nowMs + timing.heartbeatMs;
    const { peerId } = options;
    const notice = { kind: 'outdated', peerId, problem: this.problem } as const;
    for (const name of this.hooks.otherNames()) outbox.send(name, notice);
  }

  /** When the next farewell is due, or the end. */
  nextDeadlineMs(): number {
    return Math.min(this.farewellAtMs, this.endAtMs);
  }

  private heardOf(from: string): Heard | undefined {
    const heard = this.heard.get(from);
    const expected = this.expected(from);
    if (!expected || (heard && heard.incarnation >= expected.incarnation)) return heard;
    // What is remembered counts as heard: the peer's present life may be an older one.
    const { incarnation, life } = expected;
    const fresh = { incarnation, life, known: false, meeting: false, askedMs: -1e9, held: [] };
    this.heard.set(from, fresh);
    return fresh;
  }

  /** The newest life of a peer that is known here or from the log, with all that was promised. */
  private expected(from: string): RememberedPeer | undefined {
    const peerId = this.hooks.peerIdOf(from);
    if (peerId === undefined) return undefined;
    const own = this.memory.of(from, peerId);
    const record = this.context.replica.state.members.get(from);
    if (record?.peerId !== peerId || record.life === null) return own;
    const { incarnation, life } = record;
    if (own && own.incarnation >= incarnation) return own;
    return { peerId, incarnation, life, pledge: own?.pledge ?? null };
  }

  private compare(from: string, heard: Heard): void {
    if (heard.meeting) return;
    const expected = this.expected(from);
    if (expected === undefined || expected.life === heard.life) this.meet(from, heard);
    else this.ask(from, heard);
  }

  /** This life may be listened to, as soon as it is on disk that it was met. */
  private meet(from: string, heard: Heard): void {
    const peerId = this.hooks.peerIdOf(from);
    if (peerId === undefined || heard.meeting || heard.known) return;
    const { incarnation, life } = heard;
    if (this.memory.of(from, peerId)?.life === life) {
      this.admit(heard);
      return;
    }
    heard.meeting = true;
    this.memory.meet(from, { peerId, incarnation, life }, () => {
      heard.meeting = false;
      if (this.heard.get(from) === heard) this.admit(heard);
    });
  }

  private admit(heard: Heard): void {
    heard.known = true;
    this.hooks.known();
    for (const deliver of heard.held.splice(0)) deliver();
  }

  private ask(from: string, heard: Heard): void {
    const { nowMs, timing, outbox } = this.context;
    const expected = this.expected(from) ?? { peerId: this.hooks.peerIdOf(from), ...heard, pledge: null };
    if (nowMs < heard.askedMs + timing.heartbeatMs / 2 || expected.peerId === undefined) return;
    heard.askedMs = nowMs;
    const { peerId, incarnation, life, pledge } = expected;
    outbox.send(from, { kind: 'remembered', peerId, incarnation, life, pledge });
  }

  /** Somebody remembers an earlier life of this member: does the store, too? */
  private remembered(from: string, { peerId, incarnation, life, pledge }: RememberedLife): void {
    const { options, replica, outbox } = this.context;
    if (peerId !== options.peerId || this.ended) return;
    // What this very life has promised is not forgotten: it is only that words of an older one came late.
    const isPresent = incarnation === this.context.incarnation && life === options.lifeId;
    const forgotten = pledge && !isPresent ? replica.consensus.forgotten(pledge) : undefined;
    const problem = this.hooks.lineage.lacks(incarnation, life) ?? forgotten;
    if (problem) this.end(problem);
    else outbox.send(from, { kind: 'continues', after: life });
  }

  private end(problem: string): void {
    if (this.ended) return;
    this.ended = true;
    this.problem = problem;
    const { options, outbox } = this.context;
    const node = options.name;
    const text = `the store is older than what ${node} has promised: ${problem}`;
    outbox.log('error', 'store-outdated', text, { node, code: 'STORE_OUTDATED' });
    this.hooks.persist([{ op: 'put', key: OUTDATED_KEY, value: problem }], () => {
      this.farewellAtMs = this.context.nowMs;
      this.endAtMs = this.context.nowMs + FAREWELL_MS;
      this.bidFarewell();
    });
  }
}
