import type { ClusterInformation, GraphAction } from '@holdfast/model';
import type { CommandResult } from '@holdfast/protocol';
import { GraphWalker, placeOf } from '@holdfast/transition';
import type { PolicyAnswer } from '../io.ts';
import type { NodeContext } from '../node-context.ts';
import type { Holding, ReplicatedCommand } from '../replicated/command.ts';
import { clusterView } from './cluster-view.ts';
import { CommandDesk } from './command-desk.ts';
import type { FenceCoordinator } from './fence-coordinator.ts';
import type { MemberBoard } from './member-board.ts';
import { instanceOf, type OwnershipDesk } from './ownership-desk.ts';

/** One computed transition with what it was computed from, kept to be explained. */
export interface KeptTransition {
  readonly id: string;
  readonly input: ClusterInformation;
  readonly answer: PolicyAnswer;
  readonly atMs: number;
}

interface Grantable {
  readonly action: GraphAction;
  readonly node: string;
  readonly incarnation: number;
  readonly holding: Holding | undefined;
}

const NEVER = Number.POSITIVE_INFINITY;
const KEPT = 10;
const BACK_OFF_MS = 100;
const BACK_OFF_MAX_MS = 5000;
/** Plans for configuration changes alone are made at least this far apart. Milliseconds. */
const APART_MS = 100;
const RECHECK_MS = 15 * 60_000;
const STARTING: ReadonlySet<string> = new Set(['start', 'promote', 'migrate_to', 'migrate_from']);

/** Computes transitions and walks them: one computation and one walk at a time. */
export class TransitionRunner {
  readonly commands: CommandDesk;
  readonly kept: KeptTransition[] = [];
  /** Instances whose start the release gate refused, with the reason. */
  readonly refused = new Map<string, string>();
  private readonly context: NodeContext;
  private readonly board: MemberBoard;
  private readonly ownership: OwnershipDesk;
  private readonly fencing: FenceCoordinator;
  private walker: GraphWalker | undefined;
  /** Numbers given out in this term, to transitions and barriers. */
  private transition = 0;
  /** Number of the transition that is walked, or was last. */
  private walking = 0;
  private dirty = true;
  private computing: { readonly token: number; readonly input: ClusterInformation } | undefined;
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
  /** Lives whose probes are part of the present plan. */
  private readonly unprobed = new Map<string, number>();
  private ended = false;

  constructor(context: NodeContext, board: MemberBoard, ownership: OwnershipDesk, fencing: FenceCoordinator) {
    this.context = context;
    this.board = board;
    this.ownership = ownership;
    this.fencing = fencing;
    this.commands = new CommandDesk(context);
  }

  /** New information: plans made before are out of date. */
  changed(reason: string): void {
    if (!this.dirty && this.walker) {
      this.context.outbox.log('debug', 'transition-aborted', reason, { transition: this.id });
    }
    this.dirty = true;
    this.urgent = true;
    this.walker?.abort();
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
    this.refused.clear();
    this.changed(reason);
  }

  /** Leadership ended. */
  end(): void {
    this.ended = true;
    this.walker = undefined;
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
    if (this.dirty && ready && !this.walker && !this.computing && nowMs >= this.computeAtMs()) this.compute();
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
      // Once it is due, only missing reports hold it back; those need no timer.
      computeAtMs > this.context.nowMs ? computeAtMs : NEVER,
    );
  }

  computed(token: number, answer: PolicyAnswer): void {
    const { computing } = this;
    if (computing?.token !== token) return;
    this.computing = undefined;
    const { outbox, nowMs, wallMs } = this.context;
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
    this.kept.unshift({ id: this.id, input: computing.input, answer, atMs: wallMs });
    this.kept.length = Math.min(this.kept.length, KEPT);
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

  result(from: string, result: CommandResult): void {
    const { walker } = this;
    if (!walker || result.transition !== this.walking) return;
    const action = walker.action(result.action);
    if (!action || placeOf(action) !== from) return;
    this.commands.settle(result.action);
    const done = result.outcome === 'done';
    if (done) this.progress++;
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
    const grantable: Grantable[] = [];
    const deferred: number[] = [];
    for (const action of walker.next(nowMs)) {
      if (action.kind === 'cluster' && this.clusterAction(walker, action)) continue;
      const prepared = this.prepare(walker, action);
      if (prepared === 'wait') deferred.push(action.id);
      else if (prepared === 'impossible') this.fail(walker, action, 'its member is not there');
      else grantable.push(prepared);
    }
    for (const id of deferred) walker.putBack(id);
    this.reviewProbes(walker);
    this.grantAndSend(walker, grantable);
  }

  /** Rule 6: a life whose probes are all recorded is said so in the log; from then on it may be given starts. */
  private reviewProbes(walker: GraphWalker): void {
    if (this.unprobed.size === 0) return;
    const { replica } = this.context;
    const commands: ReplicatedCommand[] = [];
    for (const [node, incarnation] of this.unprobed) {
      const record = replica.state.members.get(node);
      const open = walker.hasOpen((action) => isProbeOn(action, node));
      if (open && record?.incarnation === incarnation) continue;
      this.unprobed.delete(node);
      if (record?.status === 'admitted' && !record.probed && record.incarnation === incarnation) {
        commands.push({ kind: 'probed', node, incarnation });
      }
    }
    if (commands.length > 0) replica.propose(commands);
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
      this.fence(action, complete);
      return true;
    }
    if (action.operation === 'clear_failcount' || action.operation === 'lrm_delete') return false;
    complete(true);
    return true;
  }

  private fence(action: GraphAction, complete: (success: boolean) => void): void {
    const target = action.onNode ?? '';
    const { replica } = this.context;
    if (replica.state.members.get(target)?.status === 'fenced') {
      complete(true);
      return;
    }
    const text = action.attributes.CRM_meta_stonith_action ?? 'reboot';
    const wanted = text === 'off' || text === 'poweroff' ? 'off' : text === 'on' ? 'on' : 'reboot';
    this.fencing.order(
      target,
      wanted,
      replica.consensus.self,
      'the member is lost or failed to stop',
      (ok, why) => {
        complete(ok);
        if (!ok) this.changed(`fencing ${target}: ${why}`);
      },
    );
  }

  private prepare(walker: GraphWalker, action: GraphAction): Grantable | 'wait' | 'impossible' {
    const node = placeOf(action);
    const record = this.context.replica.state.members.get(node);
    if (record?.status !== 'admitted' || !this.board.current(node, record.incarnation)) return 'impossible';
    const { incarnation } = record;
    if (!STARTING.has(action.operation)) return { action, node, incarnation, holding: undefined };
    // Rule 6: no starts on a member before all probes of its present life are recorded.
    if (!record.probed && walker.hasOpen((each) => isProbeOn(each, node))) return 'wait';
    const holding = this.ownership.holdingFor(action, node);
    if (holding) {
      // A copy just stopped elsewhere: its release is on its way into the log, the start follows it.
      const rivals = this.ownership.rivals(action, holding);
      if (rivals.some((each) => this.ownership.isReleasing(holding.instance, each))) return 'wait';
    }
    return { action, node, incarnation, holding };
  }

  private grantAndSend(walker: GraphWalker, all: readonly Grantable[]): void {
    const { state } = this.context.replica;
    const committing: Grantable[] = [];
    for (const each of all) {
      const { holding } = each;
      if (holding) this.ownership.noteDispatch(holding, this.walking);
      const unprobed = STARTING.has(each.action.operation) && !state.members.get(each.node)?.probed;
      if (unprobed || (holding && !this.ownership.isGranted(holding))) committing.push(each);
      else this.send(walker, each);
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
      if (this.ended || this.walker !== walker) return;
      for (const each of free) {
        if (outcomes === null) this.fail(walker, each.action, 'the grant was not committed');
        // S7: news have come meanwhile, perhaps of what this start needs. The next plan finds the grant.
        else if (walker.phase === 'draining') walker.putBack(each.action.id);
        else this.send(walker, each);
      }
    });
  }

  private send(walker: GraphWalker, each: Grantable): void {
    if (!this.passesGate(walker, each)) return;
    const { action, node, incarnation } = each;
    const record = this.context.replica.state.members.get(node);
    if (record?.status !== 'admitted' || record.incarnation !== incarnation) {
      this.fail(walker, action, 'its member is not there any more');
      return;
    }
    this.commands.send(node, incarnation, this.walking, action);
  }

  /** The release gate: an engine that disagrees with the log never gets its start. */
  private passesGate(walker: GraphWalker, { action, holding }: Grantable): boolean {
    if (!holding || walker.stateOf(action.id) !== 'inFlight') return !holding;
    const rivals = this.ownership.rivals(action, holding);
    if (rivals.length === 0) return true;
    const names = rivals.map(({ node }) => node).join(', ');
    const reason = `it may still be active on ${names}`;
    if (action.resource) this.refused.set(instanceOf(action.resource), reason);
    this.context.outbox.log(
      'error',
      'start-refused',
      `${action.operationKey} on ${holding.node}: ${reason}`,
      {
        resource: holding.instance,
        node: holding.node,
        rivals,
      },
    );
    for (const { node } of rivals) this.barrier(node);
    this.fail(walker, action, reason);
    return false;
  }

  private fail(walker: GraphWalker, action: GraphAction, reason: string): void {
    walker.complete(action.id, false);
    this.changed(`${action.operationKey}: ${reason}`);
  }

  private conclude(walker: GraphWalker): void {
    this.reviewProbes(walker);
    this.walker = undefined;
    this.commands.clear();
    if (walker.size > 0) {
      this.context.outbox.log('info', 'transition-ended', `transition ${this.id}: ${walker.phase}`, {
        transition: this.id,
        done: walker.doneCount,
        failed: walker.failedCount,
      });
    }
    if (walker.phase === 'complete') {
      this.fruitless = 0;
      if (walker.size > 0) this.refused.clear();
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
    const { outbox, replica, wallMs } = this.context;
    this.dirty = false;
    this.urgent = false;
    this.computedAtMs = this.context.nowMs;
    const input = clusterView({
      state: replica.state,
      board: this.board,
      leader: replica.consensus.self,
      wallMs,
      fencing: this.fencing.enabled,
      haveWatchdog: false,
      liveMigration: this.fencing.enabled || !replica.facts.flag('unsafe-recovery', false),
    });
    this.unprobed.clear();
    for (const { name, status, probed, incarnation } of replica.state.members.values()) {
      const isKnown = this.board.current(name, incarnation) !== undefined;
      if (status === 'admitted' && !probed && isKnown) this.unprobed.set(name, incarnation);
    }
    const token = this.nextToken++;
    this.computing = { token, input };
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

function isProbeOn(action: GraphAction, node: string): boolean {
  const isProbe = action.operation === 'monitor' && !Number(action.attributes.CRM_meta_interval ?? 0);
  return isProbe && placeOf(action) === node;
}
