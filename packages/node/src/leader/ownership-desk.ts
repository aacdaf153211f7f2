import type { GraphAction, ResourceHistory } from '@holdfast/model';
import { provesNotPromoted, provesStopped } from '../member/operation-history.ts';
import type { NodeContext } from '../node-context.ts';
import type { Holder, Holding, ReplicatedCommand } from '../replicated/command.ts';
import { holdingSubject } from '../replicated/configuration-facts.ts';
import type { BoardEntry, MemberBoard } from './member-board.ts';

/** What makes a resource active somewhere and so needs a grant in the log first (S2). */
const GRANTED: ReadonlySet<string> = new Set(['start', 'migrate_to', 'migrate_from', 'promote']);

/** Keeps the log's record of who may hold an exclusive instance, and guards starts by it. */
export class OwnershipDesk {
  private readonly context: NodeContext;
  private readonly board: MemberBoard;
  /** Instance and life -> the transition in which a start was last dispatched there. */
  private readonly dispatched = new Map<string, number>();
  private readonly releasing = new Set<string>();

  constructor(context: NodeContext, board: MemberBoard) {
    this.context = context;
    this.board = board;
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
    return { instance, node: holder, incarnation };
  }

  isGranted(holding: Holding): boolean {
    // A release under way would end this very grant: a stop and a start of one transition on one member.
    if (this.releasing.has(keyOf(holding))) return false;
    const holders = this.context.replica.state.holders.get(holding.instance) ?? [];
    return holders.some((each) => each.node === holding.node && each.incarnation === holding.incarnation);
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
      for (const { node, incarnation } of holders) {
        if (node !== member || incarnation > record.incarnation) continue;
        const holding: Holding = { instance, node, incarnation };
        const evidence = judge(entry, instance);
        if (evidence === 'unknown' || this.releasing.has(keyOf(holding))) continue;
        if (evidence === 'released') {
          if (this.isSettled(holding, entry)) stopped.push(holding);
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

/** What a member's reports say about a holding: `held` it is there, `released` it is certainly not. */
function judge(entry: BoardEntry, holding: string): 'held' | 'released' | 'unknown' {
  const { resource, promotedRole } = holdingSubject(holding);
  if (!promotedRole) {
    const history = entry.histories.get(holding);
    if (!history) return 'unknown';
    if (provesStopped(history)) return 'released';
    return isConclusive(history) ? 'held' : 'unknown';
  }
  // Any of the numbered instances of a unique clone may be the promoted one.
  const all = [...entry.histories.values()].filter(
    ({ id }) => id === resource || id.startsWith(`${resource}:`),
  );
  if (all.length === 0) return 'unknown';
  if (all.every(provesNotPromoted)) return 'released';
  return all.some((each) => isConclusive(each) && !provesNotPromoted(each)) ? 'held' : 'unknown';
}

function isConclusive(history: ResourceHistory): boolean {
  return history.operations.some(({ opStatus }) => opStatus >= 0);
}

/** The member a live migration comes from: it holds the instance together with the target until the end. */
function migrationSource({ operation, onNode, attributes }: GraphAction): string | undefined {
  if (operation === 'migrate_to') return onNode ?? undefined;
  return operation === 'migrate_from' ? attributes.CRM_meta_migrate_source : undefined;
}
