import type { GraphAction } from '@holdfast/model';
import { type GraphWalker, placeOf } from '@holdfast/transition';
import type { NodeContext } from '../node-context.ts';
import type { Holding, ReplicatedCommand } from '../replicated/command.ts';
import { CommandDesk } from './command-desk.ts';
import type { MemberBoard } from './member-board.ts';
import { instanceOf, type OwnershipDesk } from './ownership-desk.ts';
import { hasOpenProbe, type ProbeSurvey } from './probe-survey.ts';

/** What the dispatch asks of the plan it is for. */
export interface DispatchHooks {
  /** Number of the transition that is walked. */
  readonly walking: () => number;
  /** This plan is still the one that is walked, by a leader that still leads. */
  readonly isCurrent: (walker: GraphWalker) => boolean;
  readonly failed: (walker: GraphWalker, action: GraphAction, reason: string) => void;
  /** Makes every older command void on this member. */
  readonly barrier: (node: string) => void;
}

/** What the dispatch works with. */
export interface DispatchParts {
  readonly board: MemberBoard;
  readonly ownership: OwnershipDesk;
  readonly survey: ProbeSurvey;
}

interface Dispatched {
  readonly action: GraphAction;
  readonly node: string;
  readonly incarnation: number;
  readonly holding: Holding | undefined;
}

/** What makes something active on a member: needs its probes (rule 6) and, if exclusive, a grant in the log (S2). */
const STARTING: ReadonlySet<string> = new Set(['start', 'promote', 'migrate_to', 'migrate_from']);

/** Brings actions of a plan to members: probes recorded, grants committed and the release gate passed first. */
export class Dispatch {
  readonly commands: CommandDesk;
  /** Instances whose start the release gate refused, with the reason. */
  readonly refused = new Map<string, string>();
  /** Of those: the last refusal has ended its plan. */
  private readonly barred = new Set<string>();
  private readonly context: NodeContext;
  private readonly board: MemberBoard;
  private readonly ownership: OwnershipDesk;
  private readonly survey: ProbeSurvey;
  private readonly hooks: DispatchHooks;
  /** First halves of live migrations that wait for the word of their targets. */
  private unannounced: Dispatched[] = [];

  constructor(context: NodeContext, parts: DispatchParts, hooks: DispatchHooks) {
    this.context = context;
    this.board = parts.board;
    this.ownership = parts.ownership;
    this.survey = parts.survey;
    this.hooks = hooks;
    this.commands = new CommandDesk(context);
  }

  /** Sends these actions, which are in flight, on their way; those whose turn has not come are put back. */
  begin(walker: GraphWalker, actions: readonly GraphAction[]): void {
    const { unannounced } = this;
    this.unannounced = [];
    for (const each of unannounced) this.goOn(walker, each);
    const ready: Dispatched[] = [];
    const deferred: number[] = [];
    for (const action of actions) {
      const prepared = this.prepare(walker, action);
      if (prepared === 'wait') deferred.push(action.id);
      else if (prepared === 'impossible') this.hooks.failed(walker, action, 'its member is not there');
      else ready.push(prepared);
    }
    for (const id of deferred) walker.putBack(id);
    this.survey.review(walker);
    this.grantAndSend(walker, ready);
  }

  /** The plan is over. */
  clear(): void {
    this.unannounced = [];
    this.commands.clear();
  }

  private prepare(walker: GraphWalker, action: GraphAction): Dispatched | 'wait' | 'impossible' {
    const node = placeOf(action);
    const record = this.context.replica.state.members.get(node);
    if (record?.status !== 'admitted' || !this.board.current(node, record.incarnation)) return 'impossible';
    const { incarnation } = record;
    if (!STARTING.has(action.operation)) return { action, node, incarnation, holding: undefined };
    // Rule 6: no starts on a member before all probes of its present life are recorded.
    if (!record.probed && hasOpenProbe(walker, node)) return 'wait';
    const holding = this.ownership.holdingFor(action, node);
    if (holding) {
      // A copy just stopped elsewhere: its release is on its way into the log, the start follows it.
      const rivals = this.ownership.rivals(action, holding);
      if (rivals.some((each) => this.ownership.isReleasing(holding.instance, each))) return 'wait';
    }
    return { action, node, incarnation, holding };
  }

  private grantAndSend(walker: GraphWalker, all: readonly Dispatched[]): void {
    const { state } = this.context.replica;
    const committing: Dispatched[] = [];
    for (const each of all) {
      const { holding } = each;
      if (holding) this.ownership.noteDispatch(holding, this.hooks.walking());
      const unprobed = STARTING.has(each.action.operation) && !state.members.get(each.node)?.probed;
      if (unprobed || (holding && !this.ownership.isGranted(holding))) committing.push(each);
      else this.sendAnnounced(walker, each);
    }
    if (committing.length === 0) return;
    const commands: ReplicatedCommand[] = [];
    const unprobed = new Map<string, number>();
    for (const { node, incarnation } of committing) {
      if (!state.members.get(node)?.probed) unprobed.set(node, incarnation);
    }
    for (const [node, incarnation] of unprobed) commands.push({ kind: 'probed', node, incarnation });
    // What a rival may still hold is not even granted, so that the log never shows two holders without need.
    const free = committing.filter((each) => this.passesGate(walker, each));
    const holdings = free.map(({ holding }) => holding).filter((holding) => holding !== undefined);
    if (holdings.length > 0) commands.push({ kind: 'grant', holdings });
    if (commands.length === 0) return;
    this.context.replica.propose(commands, (outcomes) => {
      if (!this.hooks.isCurrent(walker)) return;
      for (const each of free) {
        if (outcomes === null) this.hooks.failed(walker, each.action, 'the grant was not committed');
        else this.goOn(walker, each);
      }
    });
  }

  /** What had to wait has waited: sent now, unless its time or its plan is over. */
  private goOn(walker: GraphWalker, each: Dispatched): void {
    const { id } = each.action;
    if (walker.stateOf(id) !== 'inFlight') return;
    // S7: news have come meanwhile, perhaps of what this start needs. The next plan finds the grant.
    if (walker.phase === 'draining') walker.putBack(id);
    else this.sendAnnounced(walker, each);
  }

  /** A first half of a live migration goes out once its target knows of it, anything else at once. */
  private sendAnnounced(walker: GraphWalker, each: Dispatched): void {
    const { action, holding } = each;
    const waits = action.operation === 'migrate_to' && holding;
    const announced = waits ? this.ownership.arrivals.isAnnounced(holding) : true;
    if (announced === undefined) this.hooks.failed(walker, action, 'its target is not there any more');
    else if (announced) this.send(walker, each);
    else this.unannounced.push(each);
  }

  private send(walker: GraphWalker, each: Dispatched): void {
    if (!this.passesGate(walker, each)) return;
    const { action, node, incarnation } = each;
    const record = this.context.replica.state.members.get(node);
    if (record?.status !== 'admitted' || record.incarnation !== incarnation) {
      this.hooks.failed(walker, action, 'its member is not there any more');
      return;
    }
    this.commands.send(node, incarnation, this.hooks.walking(), action);
  }

  /**
   * The release gate: an engine that disagrees with the log never gets its start. The first refusal ends the plan, for
   * its commands to those who may hold the instance are void from then on. While it stays so, each second plan goes on
   * without that start: what has nothing to do with it does not wait.
   */
  private passesGate(walker: GraphWalker, { action, holding }: Dispatched): boolean {
    if (!holding || walker.stateOf(action.id) !== 'inFlight') return !holding;
    const rivals = this.ownership.rivals(action, holding);
    if (rivals.length === 0) return true;
    const names = rivals.map(({ node }) => node).join(', ');
    const reason = `it may still be active on ${names}`;
    const { instance: resource, node } = holding;
    const subject = action.resource ? instanceOf(action.resource) : resource;
    const isOld = this.refused.get(subject) === reason && this.barred.delete(subject);
    this.refused.set(subject, reason);
    const text = `${action.operationKey} on ${node}: ${reason}`;
    this.context.outbox.log('error', 'start-refused', text, { resource, node, rivals });
    if (isOld) {
      walker.complete(action.id, false);
      return false;
    }
    this.barred.add(subject);
    for (const rival of rivals) this.hooks.barrier(rival.node);
    this.hooks.failed(walker, action, reason);
    return false;
  }
}
