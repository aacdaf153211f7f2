import type { ActionGraph, GraphAction, Synapse } from '@holdfast/model';
import { assert } from '@holdfast/ports';
import { placeOf, Throttle, type ThrottleLimits } from './throttle.ts';
import { TransitionLifecycle, type TransitionPhase } from './transition-lifecycle.ts';

/** How one action of the graph stands. */
export type ActionState = 'waiting' | 'inFlight' | 'done' | 'failed';

interface Entry {
  readonly synapse: Synapse;
  /** Inputs not complete yet. */
  missing: number;
  state: ActionState;
  deadlineMs: number;
}

/** A graph and how fast it may be walked. */
export interface GraphWalkerOptions {
  readonly graph: ActionGraph;
  readonly limits: ThrottleLimits;
  /** Added to every action's own timeout for the way there and back (`cluster-delay`). Milliseconds. */
  readonly clusterDelayMs: number;
  /** Timeout of an action that names none. Milliseconds. */
  readonly defaultTimeoutMs: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Walks an action graph: hands out what may begin now, takes results, and knows when the transition has ended. Pure:
 * time comes in as arguments. Pseudo actions complete by themselves inside `next`.
 *
 * Every failed or timed-out action leaves its successors undone; the caller decides whether to `abort`.
 */
export class GraphWalker {
  private readonly entries = new Map<number, Entry>();
  private readonly successors = new Map<number, Entry[]>();
  private readonly throttle: Throttle;
  private readonly options: GraphWalkerOptions;
  private readonly lifecycle = new TransitionLifecycle();
  private ready: Entry[] = [];
  private readonly inFlight = new Set<Entry>();
  private abortPriority = Number.NEGATIVE_INFINITY;
  private finished = 0;
  private failures = 0;
  /** Resource id -> node -> stops and demotes of it that are in flight there. */
  private readonly stopping = new Map<string, Map<string, number>>();

  /** @throws AssertionFailure when the graph names unknown inputs or the same action twice */
  constructor(options: GraphWalkerOptions) {
    this.options = options;
    this.throttle = new Throttle(options.limits);
    for (const synapse of options.graph.synapses) {
      const { id } = synapse.action;
      assert(!this.entries.has(id), 'an action is in a graph once', { id });
      this.entries.set(id, { synapse, missing: 0, state: 'waiting', deadlineMs: NEVER });
    }
    for (const entry of this.entries.values()) this.link(entry);
  }

  get phase(): TransitionPhase {
    return this.lifecycle.phase;
  }

  get ended(): boolean {
    return this.lifecycle.ended;
  }

  /** Actions handed out and not answered yet. */
  get inFlightCount(): number {
    return this.inFlight.size;
  }

  get doneCount(): number {
    return this.finished;
  }

  get failedCount(): number {
    return this.failures;
  }

  get size(): number {
    return this.entries.size;
  }

  stateOf(id: number): ActionState | undefined {
    return this.entries.get(id)?.state;
  }

  action(id: number): GraphAction | undefined {
    return this.entries.get(id)?.synapse.action;
  }

  /** Whether an action that `matches` is still to be done or in flight. */
  hasOpen(matches: (action: GraphAction) => boolean): boolean {
    for (const { state, synapse } of this.entries.values()) {
      if ((state === 'waiting' || state === 'inFlight') && matches(synapse.action)) return true;
    }
    return false;
  }

  /** Actions in flight that `matches`, in order of their ids' insertion. */
  inFlightActions(): GraphAction[] {
    return [...this.inFlight].map((entry) => entry.synapse.action);
  }

  /** Everything that may begin now; each is in flight from here on and must be answered by `complete`. */
  next(nowMs: number): GraphAction[] {
    const begun: GraphAction[] = [];
    let progress = true;
    while (progress && !this.ended) {
      progress = false;
      const candidates = this.ready;
      this.ready = [];
      for (const entry of candidates) {
        if (!this.mayBegin(entry)) {
          this.ready.push(entry);
        } else if (entry.synapse.action.kind === 'pseudo') {
          this.finish(entry);
          progress = true;
        } else {
          this.begin(entry, nowMs);
          begun.push(entry.synapse.action);
        }
      }
    }
    this.settle();
    return begun;
  }

  /** The answer to an action handed out. Late and repeated answers are ignored and give false. */
  complete(id: number, success: boolean): boolean {
    const entry = this.entries.get(id);
    if (entry?.state !== 'inFlight') return false;
    this.leaveFlight(entry);
    if (success) {
      this.finish(entry);
    } else {
      entry.state = 'failed';
      this.failures++;
    }
    this.settle();
    return true;
  }

  /** An action handed out did not begin after all; it may be handed out again. */
  putBack(id: number): void {
    const entry = this.entries.get(id);
    if (entry?.state !== 'inFlight') return;
    this.leaveFlight(entry);
    entry.state = 'waiting';
    this.ready.push(entry);
    this.settle();
  }

  /**
   * New information: what is in flight may finish, and of the rest only synapses of at least `priority` still begin.
   * The default lets nothing begin.
   */
  abort(priority = NEVER): void {
    this.abortPriority = Math.max(this.abortPriority, priority);
    this.lifecycle.send('abort');
    this.settle();
  }

  /** Actions whose time is over; they count as failed from here on. */
  expire(nowMs: number): GraphAction[] {
    const late = [...this.inFlight].filter((entry) => entry.deadlineMs <= nowMs);
    for (const entry of late) this.complete(entry.synapse.action.id, false);
    return late.map((entry) => entry.synapse.action);
  }

  nextDeadlineMs(): number {
    let deadlineMs = NEVER;
    for (const entry of this.inFlight) deadlineMs = Math.min(deadlineMs, entry.deadlineMs);
    return deadlineMs;
  }

  private link(entry: Entry): void {
    for (const input of entry.synapse.inputs) {
      assert(this.entries.has(input), 'every input of a graph has a synapse', { input });
      const list = this.successors.get(input) ?? [];
      list.push(entry);
      this.successors.set(input, list);
      entry.missing++;
    }
    if (entry.missing === 0) this.ready.push(entry);
  }

  private mayBegin({ synapse }: Entry): boolean {
    if (this.phase === 'draining' && (synapse.priority ?? 0) < this.abortPriority) return false;
    return !this.startsBeforeStop(synapse.action) && this.throttle.admits(synapse.action);
  }

  /** S7: a start never overtakes a stop of the same instance on another node, whatever the graph says. */
  private startsBeforeStop(action: GraphAction): boolean {
    if (action.operation !== 'start' || !action.resource) return false;
    const nodes = this.stopping.get(instanceOf(action));
    if (!nodes) return false;
    for (const [node, count] of nodes) if (count > 0 && node !== placeOf(action)) return true;
    return false;
  }

  private begin(entry: Entry, nowMs: number): void {
    const { action } = entry.synapse;
    const timeoutMs = Number(action.attributes.CRM_meta_timeout ?? this.options.defaultTimeoutMs);
    entry.state = 'inFlight';
    entry.deadlineMs =
      nowMs +
      this.options.clusterDelayMs +
      (Number.isFinite(timeoutMs) ? timeoutMs : this.options.defaultTimeoutMs);
    this.inFlight.add(entry);
    this.throttle.begin(action);
    this.countStop(action, 1);
  }

  private leaveFlight(entry: Entry): void {
    this.inFlight.delete(entry);
    entry.deadlineMs = NEVER;
    this.throttle.end(entry.synapse.action);
    this.countStop(entry.synapse.action, -1);
  }

  private countStop(action: GraphAction, by: number): void {
    if (action.operation !== 'stop' || !action.resource) return;
    const key = instanceOf(action);
    const nodes = this.stopping.get(key) ?? new Map<string, number>();
    nodes.set(placeOf(action), (nodes.get(placeOf(action)) ?? 0) + by);
    this.stopping.set(key, nodes);
  }

  private finish(entry: Entry): void {
    entry.state = 'done';
    this.finished++;
    for (const successor of this.successors.get(entry.synapse.action.id) ?? []) {
      successor.missing--;
      if (successor.missing === 0 && successor.state === 'waiting') this.ready.push(successor);
    }
  }

  private settle(): void {
    if (this.inFlight.size > 0 || this.ended) return;
    if (this.finished === this.entries.size) {
      this.lifecycle.send('finished');
    } else if (!this.ready.some((entry) => this.mayBegin(entry))) {
      this.lifecycle.send('stuck');
    }
  }
}

function instanceOf(action: GraphAction): string {
  return action.resource?.longId ?? action.resource?.id ?? '';
}
