import { joinPledges, type Pledge } from '@holdfast/consensus';
import type { StoreOperation } from '@holdfast/ports';

/** Key of the record with what this member remembers of the others. */
export const PEER_LIVES_KEY = 'peer-lives';
/** New pledges are written this long after they were heard, all in one record. Milliseconds. */
const FLUSH_MS = 1000;
const NEVER = Number.POSITIVE_INFINITY;

/** What is remembered of another member: its newest life, and what its lives have promised (rule 16). */
export interface RememberedPeer {
  readonly peerId: string;
  readonly incarnation: number;
  readonly life: string;
  readonly pledge: Pledge | null;
}

/**
 * What this member remembers of the others. A new life is on disk before anything of it is used; pledges follow within
 * a second, since each of them would cost a write of its own.
 */
export class PeerMemory {
  private readonly peers: Map<string, RememberedPeer>;
  private stored: ReadonlyMap<string, RememberedPeer>;
  private readonly persist: (batch: readonly StoreOperation[], done: () => void) => void;
  private flushAtMs = NEVER;

  constructor(options: {
    records: ReadonlyMap<string, unknown>;
    persist: (batch: readonly StoreOperation[], done: () => void) => void;
  }) {
    const record = options.records.get(PEER_LIVES_KEY) as readonly [string, RememberedPeer][] | undefined;
    this.peers = new Map(record ?? []);
    this.stored = new Map(this.peers);
    this.persist = options.persist;
  }

  /** What is on disk of the others. */
  get durable(): ReadonlyMap<string, RememberedPeer> {
    return this.stored;
  }

  /** Memories of another identity of the same name are none. */
  of(name: string, peerId: string): RememberedPeer | undefined {
    const known = this.peers.get(name);
    return known?.peerId === peerId ? known : undefined;
  }

  /** A new life is met; `done` is called once that is on disk. */
  meet(name: string, met: Omit<RememberedPeer, 'pledge'>, done: () => void): void {
    const before = this.of(name, met.peerId);
    this.peers.set(name, { ...met, pledge: before?.pledge ?? null });
    this.write(done);
  }

  /** A life that was met has promised something. */
  pledged(name: string, pledge: Pledge, nowMs: number): void {
    const known = this.peers.get(name);
    if (!known) return;
    const joined = known.pledge === null ? pledge : joinPledges(known.pledge, pledge);
    if (joined === known.pledge) return;
    this.peers.set(name, { ...known, pledge: joined });
    this.flushAtMs = Math.min(this.flushAtMs, nowMs + FLUSH_MS);
  }

  advance(nowMs: number): void {
    if (nowMs >= this.flushAtMs) this.write(() => undefined);
  }

  nextDeadlineMs(): number {
    return this.flushAtMs;
  }

  private write(done: () => void): void {
    this.flushAtMs = NEVER;
    const value = [...this.peers];
    this.persist([{ op: 'put', key: PEER_LIVES_KEY, value }], () => {
      this.stored = new Map(value);
      done();
    });
  }
}
