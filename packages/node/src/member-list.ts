import type { TransportPeer } from '@holdfast/ports';
import type { FirstRecord } from './first-record.ts';
import type { NodeContext } from './node-context.ts';

/** Keeps those who are watched and admitted in step with the member list in the log. */
export class MemberList {
  private readonly context: NodeContext;
  private readonly first: FirstRecord;
  private readonly identities = new Map<string, string>();
  private version = -1;

  constructor(context: NodeContext, first: FirstRecord) {
    this.context = context;
    this.first = first;
  }

  get isOutdated(): boolean {
    return this.version !== this.context.replica.state.memberVersion;
  }

  /** Follows the list. Returns the names that now belong to another machine. */
  follow(): ReadonlySet<string> {
    const { replica, membership, nowMs, options, outbox } = this.context;
    const { state } = replica;
    this.version = state.memberVersion;
    const known = state.members.size > 0 ? [...state.members.values()] : this.first.members;
    const others = known.filter(({ name }) => name !== options.name);
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
}
