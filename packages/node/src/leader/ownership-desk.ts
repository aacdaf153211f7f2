import type { GraphAction } from '@holdfast/model';
import type { NodeContext } from '../node-context.ts';
import type { Holder, Holding, ReplicatedCommand } from '../replicated/command.ts';
import { holdingSubject } from '../replicated/configuration-facts.ts';
import { type ArrivalHooks, Arrivals } from './arrivals.ts';
import { judge } from './holding-evidence.ts';
import type { BoardEntry, MemberBoard } from './member-board.ts';

/** What makes a resource active somewhere and so needs a grant in the log first (S2). */
const GRANTED: ReadonlySet<string> = new Set(['start', 'migrate_to', 'migrate_from', 'promote']);

/** Halves of a live migration: the target may get the service without executing anything itself. */
const MIGRATING: ReadonlySet<string> = new Set(['migrate_to', 'migrate_from']);
const ARRIVING = { arriving: true } as const;

/** Keeps the log's record of who may hold an exclusive instance, and guards starts by it. */
export class OwnershipDesk {
  readonly arrivals: Arrivals;
  private readonly context: NodeContext;
  private readonly board: MemberBoard;
  /** Instance and life -> the transition in which a start was last dispatched there. */
  private readonly dispatched = new Map<string, number>();
  private readonly releasing = new Set<string>();

  constructor(
    context: NodeContext,
    board: MemberBoard,
    plan: Pick<ArrivalHooks, 'newestTransition' | 'migrating'>,
  ) {
    this.context = context;
    this.board = board;
    this.arrivals = new Arrivals(context, board, {
      ...plan,
      dispatchedIn: (holding) => this.dispatched.get(keyOf(holding)) ?? 0,
      review: (member) => this.review(member),
    });
  }

  /** The holding that must be in the log before this action, or undefined when it needs none. */
  holdingFor(action: GraphAction, node: string): Holding | undefined {
    if (!GRANTED.has(action.operation) || !action.resource) return undefined;
    const { facts } = this.context.replica;
    const own = instanceOf(action.resource);
    const role = action.operation === 'promote' ? facts.promotedRole(own) : undefined;
    const instance = role ?? own;
    if (role === undefined && !facts.isExclusive(own)) return undefined;
    const holder =
      action.operation === 'migrate_to' ? (action.attributes.CRM_meta_migrate_target ?? node) : node;
    const incarnation = this.context.replica.state.members.get(holder)?.incarnation ?? 0;
    return { instance, node: holder, incarnation, ...(MIGRATING.has(action.operation) ? ARRIVING : {}) };
  }

  isGranted(holding: Holding): boolean {
    // A release under way would end this very grant: a stop and a start of one transition on one member.
    if (this.releasing.has(keyOf(holding))) return false;
    const holders = this.context.replica.state.holders.get(holding.instance) ?? [];
    return holders.some(
      ({ node, incarnation, arriving }) =>
        node === holding.node && incarnation === holding.incarnation && (arriving || !holding.arriving),
    );
  }

  /**
   * The release gate, independent of the policy engine: who, by the log, may still hold the instance beside the life
   * that is to start it. Anything but an empty answer forbids the start.
   */
  rivals(action: GraphAction, holding: Holding): Holder[] {
    const holders = this.context.replica.state.holders.get(holding.instance) ?? [];
    const source = migrationSource(action);
    return holders.filter(
      ({ node, incarnation }) =>
        node !== source && (node !== holding.node || incarnation !== holding.incarnation),
    );
  }

  /** Whether the log is about to say that this life holds the instance no more. */
  isReleasing(instance: string, holder: Holder): boolean {
    return this.releasing.has(keyOf({ instance, ...holder }));
  }

  /** A start is on its way: reports of the member count as evidence only once it obeyed a later transition. */
  noteDispatch(holding: Holding, transition: number): void {
    this.dispatched.set(keyOf(holding), transition);
  }

  /** Proposes releases and corrections that the reports of this member prove. */
  review(member: string): void {
    const { replica } = this.context;
    const record = replica.state.members.get(member);
    if (record?.status !== 'admitted') return;
    const entry = this.board.current(member, record.incarnation);
    if (!entry) return;
    const stopped: Holding[] = [];
    const moved: Holding[] = [];
    for (const [instance, holders] of replica.state.holders) {
      for (const holder of holders) {
        const { node, incarnation } = holder;
        if (node !== member || incarnation > record.incarnation) continue;
        const { since: _, ...held } = holder;
        const holding: Holding = { instance, ...held };
        const evidence = judge(entry, instance, incarnation);
        if (evidence === 'unknown' || this.releasing.has(keyOf(holding))) continue;
        if (evidence === 'released') {
          const fresh = !holder.arriving || this.arrivals.isFresh(holding, entry);
          if (fresh && this.isSettled(holding, entry)) stopped.push(holding);
        } else if (incarnation < record.incarnation) moved.push(holding);
      }
    }
    this.propose(stopped, moved, record.incarnation);
  }

  private propose(stopped: readonly Holding[], moved: readonly Holding[], incarnation: number): void {
    const commands: ReplicatedCommand[] = [];
    if (moved.length > 0) {
      // The newer life found it running: it holds it now, and what the older life held is the same copy.
      commands.push({ kind: 'grant', holdings: moved.map((each) => ({ ...each, incarnation })) });
      commands.push({ kind: 'release', holdings: moved, evidence: 'probed' });
    }
    if (stopped.length > 0) commands.push({ kind: 'release', holdings: stopped, evidence: 'stopped' });
    if (commands.length === 0) return;
    const keys = [...stopped, ...moved].map(keyOf);
    for (const key of keys) this.releasing.add(key);
    this.context.replica.propose(commands, () => {
      for (const key of keys) this.releasing.delete(key);
    });
  }

  /** No start of an older plan can still take effect there. */
  private isSettled(holding: Holding, entry: BoardEntry): boolean {
    const { resource, promotedRole } = holdingSubject(holding.instance);
    const prefix = promotedRole ? resource : holding.instance;
    if (entry.inFlight.some((key) => key.startsWith(`${prefix}_`) || key.startsWith(`${prefix}:`)))
      return false;
    const transition = this.dispatched.get(keyOf(holding));
    if (transition === undefined) return true;
    const { obeyed } = entry;
    const { term } = this.context.replica.consensus;
    return obeyed.term === term && obeyed.transition > transition;
  }
}

/** The name by which holdings are kept: with the instance number where there is one. */
export function instanceOf(resource: NonNullable<GraphAction['resource']>): string {
  return resource.id;
}

function keyOf({ instance, node, incarnation }: Holding): string {
  return `${instance}@${node}#${incarnation}`;
}

/** The member a live migration comes from: it holds the instance together with the target until the end. */
function migrationSource({ operation, onNode, attributes }: GraphAction): string | undefined {
  if (operation === 'migrate_to') return onNode ?? undefined;
  return operation === 'migrate_from' ? attributes.CRM_meta_migrate_source : undefined;
}
