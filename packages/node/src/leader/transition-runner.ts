import type { ClusterInformation, GraphAction } from '@holdfast/model';
import type { CommandResult } from '@holdfast/protocol';
import { GraphWalker, placeOf } from '@holdfast/transition';
import type { PolicyAnswer } from '../io.ts';
import type { NodeContext } from '../node-context.ts';
import { clusterView } from './cluster-view.ts';
import type { CommandDesk } from './command-desk.ts';
import { Dispatch } from './dispatch.ts';
import type { FenceCoordinator } from './fence-coordinator.ts';
import type { MemberBoard } from './member-board.ts';
import type { OwnershipDesk } from './ownership-desk.ts';
import { PlannedFencing } from './planned-fencing.ts';
import { ProbeSurvey } from './probe-survey.ts';

/** One computed transition with what it was computed from, kept to be explained. */
export interface KeptTransition {
  readonly id: string;
  readonly input: ClusterInformation;
  readonly answer: PolicyAnswer;
  readonly atMs: number;
}

interface Computing {
  readonly token: number;
  readonly input: ClusterInformation;
  /** Only for whom to fence while the plan before is still under way. */
  readonly fencingOnly: boolean;
}

const NEVER = Number.POSITIVE_INFINITY;
const KEPT = 10;
const BACK_OFF_MS = 100;
const BACK_OFF_MAX_MS = 5000;
/** Plans for configuration changes alone are made at least this far apart. Milliseconds. */
const APART_MS = 100;
const RECHECK_MS = 15 * 60_000;

/** Computes transitions and walks them: one computation and one walk at a time. */
export class TransitionRunner {
  readonly kept: KeptTransition[] = [];
  private readonly dispatch: Dispatch;
  private readonly survey: ProbeSurvey;
  private readonly planned: PlannedFencing;
  private readonly context: NodeContext;
  private readonly board: MemberBoard;
  private readonly fencing: FenceCoordinator;
  private walker: GraphWalker | undefined;
  /** Numbers given out in this term, to transitions and barriers. */
  private transition = 0;
  /** Number of the transition that is walked, or was last. */
  private walking = 0;
  private dirty = true;
  private computing: Computing | undefined;
  private nextToken = 1;
  private notBeforeMs = 0;
  /** News that must be acted upon at once. */
  private urgent = true;
  private computedAtMs = Number.NEGATIVE_INFINITY;
  /** The last plan was thrown away because of news. */
  private discarded = false;
  private fruitless = 0;
  private progress = 0;
  private recheckAtMs = NEVER;
  private ended = false;

  constructor(context: NodeContext, board: MemberBoard, ownership: OwnershipDesk, fencing: FenceCoordinator) {
    this.context = context;
    this.board = board;
    this.fencing = fencing;
    this.survey = new ProbeSurvey(context, board);
    this.planned = new PlannedFencing(context, fencing, (reason) => {
      if (!this.ended) this.changed(reason);
    });
    const { survey } = this;
    this.dispatch = new Dispatch(
      context,
      { board, ownership, survey },
      {
        walking: () => this.walking,
        isCurrent: (walker) => !this.ended && this.walker === walker,
        failed: (walker, action, reason) => this.fail(walker, action, reason),
        barrier: (node) => this.barrier(node),
      },
    );
  }

  /** New information: plans made before are out of date. */
  changed(reason: string): void {
    if (!this.dirty && this.walker) {
      this.context.outbox.log('debug', 'transition-aborted', reason, { transition: this.id });
    }
    this.dirty = true;
    this.urgent = true;
    if (!this.walker) return;
    this.walker.abort();
    this.planned.news();
  }

  /** The configuration changed. Many changes in a row are planned for together. */
  reconfigured(): void {
    const { urgent } = this;
    this.renewed('the configuration changed');
    this.urgent = urgent;
  }

  /** The same, and what failed before may be tried again at once. */
  renewed(reason: string): void {
    this.fruitless = 0;
    this.notBeforeMs = 0;
    this.dispatch.refused.clear();
    this.changed(reason);
  }

  /** Leadership ended. */
  end(): void {
    this.ended = true;
    this.walker = undefined;
  }

  /** Commands on their way to members. */
  get commands(): CommandDesk {
    return this.dispatch.commands;
  }

  /** Instances whose start the release gate refused, with the reason. */
  get refused(): ReadonlyMap<string, string> {
    return this.dispatch.refused;
  }

  get id(): string {
    return `${this.context.replica.consensus.term}.${this.walking}`;
  }

  /** The newest number given out in this term, to a transition or a barrier. */
  get newestTransition(): number {
    return this.transition;
  }

  get state(): 'idle' | 'computing' | 'running' | 'blocked' {
    if (this.computing) return 'computing';
    if (this.walker) return 'running';
    return this.refused.size > 0 || this.dirty ? 'blocked' : 'idle';
  }

  get pendingCount(): number {
    return this.walker ? this.walker.size - this.walker.doneCount : 0;
  }

  get doneCount(): number {
    return this.walker?.doneCount ?? 0;
  }

  /** Actions under way for a resource, for display. */
  inFlight(): readonly GraphAction[] {
    return this.walker?.inFlightActions() ?? [];
  }

  /** Instances of which half of a live migration is under way. */
  migrating(): ReadonlySet<string> {
    const halves = this.inFlight().filter(({ operation }) => operation.startsWith('migrate_'));
    return new Set(halves.map(({ resource }) => resource?.id ?? ''));
  }

  /** Goes on as far as possible. `ready`: enough is known to compute. */
  advance(ready: boolean): void {
    const { nowMs } = this.context;
    if (nowMs >= this.recheckAtMs) {
      // Once: the next plan sets the next time, and until then this is no news.
      this.recheckAtMs = NEVER;
      this.changed('it is time to check again');
    }
    this.commands.advance();
    this.walk();
    if (this.walker?.ended) this.conclude(this.walker);
    if (!this.dirty || !ready || this.computing) return;
    if (!this.walker) {
      if (nowMs >= this.computeAtMs()) this.compute();
    } else if (this.planned.isDue) {
      this.planned.looking();
      this.ask(true);
    }
  }

  private computeAtMs(): number {
    return this.urgent ? this.notBeforeMs : Math.max(this.notBeforeMs, this.computedAtMs + APART_MS);
  }

  nextDeadlineMs(): number {
    const computeAtMs = this.dirty && !this.walker && !this.computing ? this.computeAtMs() : NEVER;
    return Math.min(
      this.recheckAtMs,
      this.commands.nextDeadlineMs(),
      this.walker?.nextDeadlineMs() ?? NEVER,
      this.planned.nextDeadlineMs(),
      // Once it is due, only missing reports hold it back; those need no timer.
      computeAtMs > this.context.nowMs ? computeAtMs : NEVER,
    );
  }

  computed(token: number, answer: PolicyAnswer): void {
    const { computing } = this;
    if (computing?.token !== token) return;
    this.computing = undefined;
    const { outbox, nowMs } = this.context;
    if (computing.fencingOnly) {
      if (!this.walker || answer.error !== undefined) return;
      if (this.planned.answered(answer)) this.keep(++this.transition, computing.input, answer);
      return;
    }
    if (answer.error !== undefined) {
      outbox.log('error', 'policy-failed', answer.error, {});
      this.dirty = true;
      this.notBeforeMs = nowMs + BACK_OFF_MAX_MS;
      return;
    }
    // What became known while it was computed makes it worthless; but a stream of news must not stop everything.
    if (this.dirty && (this.urgent || !this.discarded)) {
      this.discarded = true;
      return;
    }
    this.discarded = false;
    this.walking = ++this.transition;
    this.keep(this.walking, computing.input, answer);
    this.progress = 0;
    this.planRecheck(answer);
    const { header } = answer.graph;
    const { facts } = this.context.replica;
    const { maxParallelActions, cores } = this.context.options;
    const perNode = facts.count('node-action-limit', 0) || maxParallelActions || 2 * cores;
    this.walker = new GraphWalker({
      graph: answer.graph,
      limits: {
        batchLimit: Number(header['batch-limit'] ?? 0) || 0,
        migrationLimit: Number(header['migration-limit'] ?? 0) || 0,
        nodeActionLimit: () => perNode,
      },
      clusterDelayMs: facts.durationMs('cluster-delay', 60_000),
      defaultTimeoutMs: 20_000,
    });
    if (answer.graph.synapses.length > 0) {
      outbox.log('info', 'transition', answer.summary.join('; ') || 'transition begins', {
        transition: this.id,
        actions: answer.graph.synapses.length,
      });
    }
  }

  private keep(transition: number, input: ClusterInformation, answer: PolicyAnswer): void {
    const { replica, wallMs } = this.context;
    this.kept.unshift({ id: `${replica.consensus.term}.${transition}`, input, answer, atMs: wallMs });
    this.kept.length = Math.min(this.kept.length, KEPT);
  }

  result(from: string, result: CommandResult): void {
    const { walker } = this;
    if (!walker || result.transition !== this.walking) return;
    const action = walker.action(result.action);
    if (!action || placeOf(action) !== from) return;
    this.commands.settle(result.action);
    const done = result.outcome === 'done';
    // To end a monitor is no progress: the record of its failure stays, so that each plan ends it again.
    if (done && action.operation !== 'cancel') this.progress++;
    walker.complete(result.action, done);
    if (!done)
      this.changed(
        `${action.operationKey} on ${from}: ${result.outcome} (${result.reason ?? result.rcCode})`,
      );
  }

  /** Actions on a member that is gone have failed. */
  memberGone(member: string): void {
    for (const id of this.commands.openOn(member)) {
      this.commands.settle(id);
      this.walker?.complete(id, false);
    }
  }

  private walk(): void {
    const { walker } = this;
    if (!walker || walker.ended) return;
    const { nowMs } = this.context;
    if (walker.nextDeadlineMs() <= nowMs) this.expire(walker);
    const forMembers = walker
      .next(nowMs)
      .filter((action) => action.kind !== 'cluster' || !this.clusterAction(walker, action));
    this.dispatch.begin(walker, forMembers);
  }

  private expire(walker: GraphWalker): void {
    for (const action of walker.expire(this.context.nowMs)) {
      const node = placeOf(action);
      this.commands.settle(action.id);
      this.changed(`${action.operationKey} on ${node} gave no answer in time`);
      // Whatever was lost on the way must not take effect later.
      this.barrier(node);
    }
  }

  private barrier(node: string): void {
    const { term } = this.context.replica.consensus;
    this.context.outbox.send(node, { kind: 'barrier', term, transition: ++this.transition });
  }

  /** Returns true when the action is dealt with here, false when it is a command for a member. */
  private clusterAction(walker: GraphWalker, action: GraphAction): boolean {
    const complete = (success: boolean) => {
      if (this.ended || this.walker !== walker) return;
      if (success) this.progress++;
      walker.complete(action.id, success);
    };
    if (action.operation === 'stonith') {
      this.planned.carryOut(action, complete);
      return true;
    }
    if (action.operation === 'clear_failcount' || action.operation === 'lrm_delete') return false;
    complete(true);
    return true;
  }

  private fail(walker: GraphWalker, action: GraphAction, reason: string): void {
    walker.complete(action.id, false);
    this.changed(`${action.operationKey}: ${reason}`);
  }

  private conclude(walker: GraphWalker): void {
    this.survey.review(walker);
    this.walker = undefined;
    this.dispatch.clear();
    this.planned.over();
    if (walker.size > 0) {
      this.context.outbox.log('info', 'transition-ended', `transition ${this.id}: ${walker.phase}`, {
        transition: this.id,
        done: walker.doneCount,
        failed: walker.failedCount,
      });
    }
    if (walker.phase === 'complete') {
      this.fruitless = 0;
      if (walker.size > 0) this.dispatch.refused.clear();
      return;
    }
    this.dirty = true;
    if (this.progress > 0) {
      this.fruitless = 0;
      return;
    }
    this.fruitless++;
    if (this.fruitless > 1) {
      const waitMs = Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS * 2 ** (this.fruitless - 2));
      this.notBeforeMs = this.context.nowMs + waitMs;
    }
  }

  private compute(): void {
    this.dirty = false;
    this.urgent = false;
    this.computedAtMs = this.context.nowMs;
    this.survey.begin();
    this.ask(false);
  }

  private ask(fencingOnly: boolean): void {
    const { outbox, replica, wallMs } = this.context;
    const input = clusterView({
      state: replica.state,
      board: this.board,
      leader: replica.consensus.self,
      wallMs,
      fencing: this.fencing.enabled,
      haveWatchdog: false,
      liveMigration: this.fencing.enabled || !replica.facts.flag('unsafe-recovery', false),
    });
    const token = this.nextToken++;
    this.computing = { token, input, fencingOnly };
    outbox.emit({ kind: 'compute', token, input });
  }

  private planRecheck(answer: PolicyAnswer): void {
    const { nowMs, wallMs, replica } = this.context;
    this.recheckAtMs = nowMs + replica.facts.durationMs('cluster-recheck-interval', RECHECK_MS);
    const byMs = Number(answer.graph.header['recheck-by'] ?? Number.NaN) * 1000;
    if (Number.isFinite(byMs)) {
      this.recheckAtMs = Math.min(this.recheckAtMs, nowMs + Math.max(1000, byMs - wallMs));
    }
  }
}
