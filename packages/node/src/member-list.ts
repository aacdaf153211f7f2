import type { TransportPeer } from '@holdfast/ports';
import type { MemberContact, RosterAsk, RosterNews } from '@holdfast/protocol';
import type { FirstRecord } from './first-record.ts';
import type { NodeContext } from './node-context.ts';

/** A member that has known no leader for so many detection times asks one after the other who the members are. */
const ASK_AFTER = 3;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Keeps those who are watched and admitted in step with the member list in the log. A member whose log lies behind may
 * know a machine only that others have replaced since; what it lacks may lie with the new one, to which it would not
 * speak. So it believes those whom it does know who has which name, until its own log has come so far.
 */
export class MemberList {
  private readonly context: NodeContext;
  private readonly first: FirstRecord;
  /** Every name that was on the list, with its newest identity. */
  private readonly identities = new Map<string, string>();
  /** What another member has told; void once the own log has come to that index. */
  private told: RosterNews | undefined;
  private version = -1;
  private others: ReadonlyMap<string, MemberContact> = new Map();
  private askAtMs = NEVER;
  private asks = 0;

  constructor(context: NodeContext, first: FirstRecord) {
    this.context = context;
    this.first = first;
  }

  /** Identity of a member; undefined for a name that is on no list known here. */
  peerIdOf(name: string): string | undefined {
    return this.others.get(name)?.peerId;
  }

  otherNames(): readonly string[] {
    return [...this.others.keys()];
  }

  /**
   * Whether a name's present identity is not in the own log yet. It may lead, but the votes it has there are not its own:
   * what it says in support of this member counts for nothing.
   */
  isHearsay(name: string): boolean {
    return this.others.get(name)?.peerId !== this.context.replica.state.members.get(name)?.peerId;
  }

  get isOutdated(): boolean {
    const { state, appliedIndex } = this.context.replica;
    return (
      this.version !== state.memberVersion || (this.told !== undefined && appliedIndex >= this.told.index)
    );
  }

  /** Asks the others for their list when no leader has been heard for long. */
  advance(): void {
    const { replica, nowMs, timing, outbox } = this.context;
    if (replica.consensus.leader !== undefined) this.askAtMs = NEVER;
    else if (this.askAtMs === NEVER) this.askAtMs = nowMs + ASK_AFTER * timing.detectionMs;
    if (nowMs < this.askAtMs) return;
    this.askAtMs = nowMs + timing.detectionMs;
    const names = this.otherNames();
    const name = names[this.asks++ % names.length];
    if (name !== undefined) outbox.send(name, { kind: 'rosterAsk', index: replica.appliedIndex });
  }

  nextDeadlineMs(): number {
    return this.askAtMs;
  }

  /** Somebody's log may lie behind. */
  asked(from: string, { index }: RosterAsk): void {
    const { replica, outbox } = this.context;
    if (replica.appliedIndex <= index || !this.isCaughtUp) return;
    const members = [...replica.state.members.values()].map(({ name, peerId, addresses }) => ({
      name,
      peerId,
      addresses,
    }));
    outbox.send(from, { kind: 'roster', index: replica.appliedIndex, members });
  }

  answered(news: RosterNews): void {
    const { replica, options } = this.context;
    if (news.index <= Math.max(replica.appliedIndex, this.told?.index ?? 0)) return;
    // Whose name has another owner by now is none of them any more.
    if (news.members.find(({ name }) => name === options.name)?.peerId !== options.peerId) return;
    this.told = news;
    this.version = -1;
  }

  /** Follows the list. Returns the names that now belong to another machine. */
  follow(): ReadonlySet<string> {
    const { replica, membership, nowMs, options, outbox } = this.context;
    const { state } = replica;
    this.version = state.memberVersion;
    if (this.told && replica.appliedIndex >= this.told.index) this.told = undefined;
    const others = this.newest().filter(({ name }) => name !== options.name);
    this.others = new Map(others.map((each) => [each.name, each]));
    const renewed = new Set<string>();
    for (const { name, peerId } of others) {
      if ((this.identities.get(name) ?? peerId) !== peerId) renewed.add(name);
      this.identities.set(name, peerId);
    }
    const watched = others.map(({ name, addresses }) => ({
      name,
      links: addresses.map((_, link) => String(link)),
    }));
    if (renewed.size > 0) {
      membership.setPeers(
        watched.filter(({ name }) => !renewed.has(name)),
        nowMs,
      );
    }
    membership.setPeers(watched, nowMs);
    outbox.singleLink.clear();
    for (const { name, addresses } of others) if (addresses.length === 1) outbox.singleLink.add(name);
    const peers: TransportPeer[] = others.map(({ name, peerId, addresses }) => ({
      name,
      peerId,
      addresses,
      role: 'member',
    }));
    for (const { peerId } of state.tickets.values()) {
      peers.push({ name: `joiner-${peerId}`, peerId, addresses: [], role: 'joiner' });
    }
    outbox.emit({ kind: 'peers', peers });
    return renewed;
  }

  /** The newest list known here: told by a member, from the log, or given at the joining of this machine. */
  private newest(): readonly MemberContact[] {
    if (this.told) return this.told.members;
    return this.isCaughtUp ? [...this.context.replica.state.members.values()] : this.first.members;
  }

  /**
   * Whether the log has come to the joining of this very machine. Before that the list given to it when it joined is
   * the newer one.
   */
  private get isCaughtUp(): boolean {
    const { replica, options } = this.context;
    return replica.state.members.get(options.name)?.peerId === options.peerId;
  }
}
