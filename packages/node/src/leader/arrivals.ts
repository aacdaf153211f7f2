import { newestRecord } from '../member/operation-history.ts';
import type { NodeContext } from '../node-context.ts';
import type { Holding } from '../replicated/command.ts';
import { readTransitionKey } from '../transition-key.ts';
import { judge } from './holding-evidence.ts';
import type { BoardEntry, MemberBoard } from './member-board.ts';

/** What the desk for arrivals asks of the rest of the leader. */
export interface ArrivalHooks {
  /** Number of the newest transition or barrier of this term. */
  readonly newestTransition: () => number;
  /** Instances of which half of a live migration is under way now. */
  readonly migrating: () => ReadonlySet<string>;
  /** The transition in which something was last sent off that this holding is for; 0: none in this term. */
  readonly dispatchedIn: (holding: Holding) => number;
  /** Looks again at what a member's reports prove. */
  readonly review: (member: string) => void;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * A live migration is carried out on the source, and a virtual machine may be on the target with the first half:
 * without anything having been executed there, and after its last probe. So what the target knew before proves nothing.
 * Only an operation does that was ordered by this leader once nothing that could bring the service was under way any
 * more; where there is none, the target is told to forget what it knew, so that it is probed anew.
 */
export class Arrivals {
  private readonly context: NodeContext;
  private readonly board: MemberBoard;
  private readonly hooks: ArrivalHooks;
  /** Since which transition nothing is under way that could bring it. */
  private readonly quietSince = new Map<string, number>();
  private readonly askAtMs = new Map<string, number>();

  constructor(context: NodeContext, board: MemberBoard, hooks: ArrivalHooks) {
    this.context = context;
    this.board = board;
    this.hooks = hooks;
  }

  /**
   * Whether the target knows that it may come: by its own word its state had followed the log up to there. Until then
   * nothing is sent to it. One that is cut off before would not know what it has to stop, and would go on feeding
   * its watchdog, whose time is proof of its end (rules 11 and 15). Undefined: that life of it is not here any more.
   */
  isAnnounced({ instance, node, incarnation }: Holding): boolean | undefined {
    const { members, holders } = this.context.replica.state;
    const record = members.get(node);
    const here = record?.status === 'admitted' && record.incarnation === incarnation;
    const entry = here ? this.board.current(node, incarnation) : undefined;
    const holder = holders
      .get(instance)
      ?.find((each) => each.node === node && each.incarnation === incarnation && each.arriving);
    if (!entry || !holder) return undefined;
    // Rule 6 of the target: its probes come first.
    return record?.probed === true && entry.appliedIndex >= (holder.since ?? 0);
  }

  /** Whether the newest record of the target is about the time after anything could have arrived. */
  isFresh(holding: Holding, entry: BoardEntry): boolean {
    const quietSince = this.quietSince.get(nameOf(holding));
    if (quietSince === undefined) return false;
    const { term } = this.context.replica.consensus;
    const newest = newestOrder(entry, holding.instance);
    const from = Math.max(quietSince, this.hooks.dispatchedIn(holding));
    if (newest?.term !== term || newest.transition <= from) return false;
    return this.isQuiet(holding, this.hooks.migrating());
  }

  /** Has targets probed anew of which only old news say that nothing arrived there. */
  advance(): void {
    const { state } = this.context.replica;
    if (state.arriving.size === 0 && this.quietSince.size === 0) return;
    const known = new Set<string>();
    const migrating = this.hooks.migrating();
    for (const instance of state.arriving) {
      for (const holder of state.holders.get(instance) ?? []) {
        if (!holder.arriving) continue;
        known.add(nameOf({ instance, ...holder }));
        this.look({ instance, ...holder }, migrating);
      }
    }
    for (const name of [...this.quietSince.keys()]) if (!known.has(name)) this.forget(name);
  }

  nextDeadlineMs(): number {
    let soonestMs = NEVER;
    for (const atMs of this.askAtMs.values()) soonestMs = Math.min(soonestMs, atMs);
    return soonestMs;
  }

  private look(holding: Holding, migrating: ReadonlySet<string>): void {
    const { instance, node } = holding;
    const name = nameOf(holding);
    const record = this.context.replica.state.members.get(node);
    const entry = record?.status === 'admitted' && this.board.current(node, record.incarnation);
    if (!entry || !this.isQuiet(holding, migrating)) {
      this.forget(name);
      return;
    }
    if (!this.quietSince.has(name)) this.quietSince.set(name, this.hooks.newestTransition());
    if (judge(entry, instance) !== 'released') {
      this.askAtMs.delete(name);
      return;
    }
    if (this.isFresh(holding, entry)) {
      this.askAtMs.delete(name);
      this.hooks.review(node);
      return;
    }
    const { nowMs, timing } = this.context;
    if ((this.askAtMs.get(name) ?? nowMs) > nowMs) return;
    this.askAtMs.set(name, nowMs + timing.repeatMs);
    this.forgetOn(node, instance);
  }

  private forget(name: string): void {
    this.quietSince.delete(name);
    this.askAtMs.delete(name);
  }

  private forgetOn(node: string, resource: string): void {
    const { replica, outbox } = this.context;
    const { term } = replica.consensus;
    outbox.send(node, {
      kind: 'records',
      term,
      order: 'reprobe',
      resource,
      operation: null,
      name: null,
      value: null,
    });
  }

  /** Every other holder is here and has told of itself, and nobody is about to send the service anywhere. */
  private isQuiet({ instance, node }: Holding, migrating: ReadonlySet<string>): boolean {
    if (migrating.has(instance)) return false;
    const { members, holders } = this.context.replica.state;
    for (const other of holders.get(instance) ?? []) {
      if (other.node === node) continue;
      const record = members.get(other.node);
      if (record?.status !== 'admitted' || record.incarnation < other.incarnation) return false;
      // A later life has ended what the holder had under way before it probed.
      if (record.incarnation > other.incarnation && !record.probed) return false;
    }
    for (const { name, status, incarnation } of members.values()) {
      if (status !== 'admitted') continue;
      const entry = this.board.current(name, incarnation);
      if (!entry || entry.inFlight.includes(`${instance}_migrate_to_0`)) return false;
    }
    return true;
  }
}

/** By whose order the operation was executed that tells the present state. */
function newestOrder(entry: BoardEntry, instance: string): ReturnType<typeof readTransitionKey> {
  const history = entry.histories.get(instance);
  return readTransitionKey((history && newestRecord(history)?.transitionKey) ?? '');
}

function nameOf({ instance, node, incarnation }: Holding): string {
  return `${instance}@${node}#${incarnation}`;
}
