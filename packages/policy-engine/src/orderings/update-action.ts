import { locationOf } from '../assign/clone-colocation.ts';
import { type Action, ActionFlag, type Relation } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { changedAt, orderingFlags } from './action-state.ts';
import { blockDependents } from './block-dependents.ts';
import { orderActions } from './order-actions.ts';
import { Changed } from './update-ordered.ts';
import { updateForResource } from './update-resource.ts';

/*
 * The fixpoint: an action's flags follow from its inputs. Whenever an action changes, what waits for it (and,
 * for changes of an input, what waits for that input) is looked at again. Changes spread depth first, because
 * the first reason recorded stays; beyond a depth that no real configuration reaches they go to a worklist.
 */
const MAX_DEPTH = 400;

export class OrderingResolver {
  readonly state: ClusterState;
  private depth = 0;
  private readonly pending: Action[] = [];
  /** When an assignment was withdrawn last, by the clock of changes: relations read where groups start. */
  private withdrawnAt = -1;

  constructor(state: ClusterState) {
    this.state = state;
  }

  /** Brings an action, and everything that depends on the change, up to date with its inputs. */
  update(then: Action): void {
    if (this.depth >= MAX_DEPTH) {
      this.pending.push(then);
      return;
    }
    this.depth++;
    this.updateOne(then);
    this.depth--;
    if (this.depth > 0) return;
    for (let next = this.pending.pop(); next !== undefined; next = this.pending.pop()) this.update(next);
  }

  /** Looks again at everything that waits for an action. */
  updateAfter(action: Action): void {
    const { after } = action;
    for (let i = after.length - 1; i >= 0; i--) this.update(after[i] as Action);
  }

  /** To be called when a resource has no node any more that had one. */
  noteWithdrawal(): void {
    this.withdrawnAt = this.state.changes.now;
  }

  private updateOne(then: Action): void {
    let changed = 0;
    const flagsBefore = then.flags;
    if ((then.flags & ActionFlag.minRunnable) !== 0) {
      then.runnableBefore = 0;
      if (then.requiredRunnableBefore === 0) then.requiredRunnableBefore = 1;
      then.flags &= ~ActionFlag.runnable;
    }
    let readAt = -1;
    let thenAt = 0;
    for (let i = then.before.length - 1; i >= 0; i--) {
      const relation = then.before[i] as Relation;
      const { now } = this.state.changes;
      if (now !== readAt) {
        readAt = now;
        thenAt = Math.max(changedAt(then, true), this.withdrawnAt + 1);
      }
      changed &= ~Changed.first;
      if (thenAt <= relation.appliedAt && hasSettled(then, relation)) continue;
      this.state.orderingSteps++;
      changed |= this.applyRelation(then, relation, changed);
      relation.appliedAt = now;
    }
    if ((then.flags & ActionFlag.minRunnable) !== 0) {
      if (flagsBefore === then.flags) changed &= ~Changed.then;
      else changed |= Changed.then;
    }
    if ((changed & Changed.then) === 0) return;
    if ((flagsBefore & ActionFlag.runnable) !== 0 && (then.flags & ActionFlag.runnable) === 0) {
      blockDependents(this, then);
    }
    this.update(then);
    this.updateAfter(then);
  }

  private applyRelation(then: Action, relation: Relation, before: number): number {
    let first = relation.first;
    const thenNode = groupStartNode(then) ?? then.node;
    const firstNode = groupStartNode(first) ?? first.node;
    let changed = before & ~Changed.first;
    if (
      (relation.flags & OrderFlag.ifOnSameNode) !== 0 &&
      firstNode !== undefined &&
      thenNode !== undefined &&
      firstNode !== thenNode
    ) {
      relation.flags = OrderFlag.none;
      return changed;
    }
    if ((relation.flags & OrderFlag.thenCancelsFirst) !== 0 && (then.flags & ActionFlag.optional) === 0) {
      // A needed stop makes a reload pointless. Nothing else follows from that.
      first.flags |= ActionFlag.optional;
      if (first.task === 'reload-agent' && first.resource !== undefined) first.resource.reload = false;
    }
    if (first.resource && then.resource && !isWithin(then.resource, first.resource)) first = markOf(first);
    if (first === relation.first) {
      if (relation.flags === OrderFlag.none) return changed;
      const firstFlags = orderingFlags(first, thenNode);
      const thenFlags = orderingFlags(then, firstNode);
      changed |= this.applyFlags(first, then, firstFlags, thenFlags, relation);
    } else if (orderActions(first, then, relation.flags)) {
      changed |= Changed.then;
      relation.flags = OrderFlag.none;
    } else {
      relation.flags = OrderFlag.none;
    }
    if ((changed & Changed.first) !== 0) {
      this.updateAfter(relation.first);
      this.update(relation.first);
    }
    return changed;
  }

  private applyFlags(
    first: Action,
    then: Action,
    firstFlags: number,
    thenFlags: number,
    relation: Relation,
  ): number {
    const { optional, runnable } = ActionFlag;
    let changed = 0;
    let node = then.node;
    if ((relation.flags & OrderFlag.firstImpliesSameNodeThen) !== 0) {
      relation.flags = (relation.flags & ~OrderFlag.firstImpliesSameNodeThen) | OrderFlag.firstImpliesThen;
      node = first.node;
    }
    const apply = (resource: ResourceInstance, flags: number, filter: number, kind: number): void => {
      changed |= updateForResource(this, resource, {
        first,
        next: then,
        node,
        flags,
        filter,
        relation: kind,
      });
    };
    const kind = relation.flags;
    if ((kind & OrderFlag.firstImpliesThen) !== 0) {
      if (then.resource) apply(then.resource, firstFlags & optional, optional, OrderFlag.firstImpliesThen);
      else if ((firstFlags & optional) === 0 && (then.flags & optional) !== 0) {
        then.flags &= ~optional;
        changed |= Changed.then;
      }
    }
    if ((kind & OrderFlag.intermediateStop) !== 0 && then.resource) {
      apply(then.resource, firstFlags, optional | runnable, OrderFlag.intermediateStop);
    }
    if ((kind & OrderFlag.thenImpliesFirst) !== 0) {
      if (first.resource) apply(first.resource, firstFlags, optional, OrderFlag.thenImpliesFirst);
    }
    if ((kind & OrderFlag.promotedThenImpliesFirst) !== 0 && then.resource) {
      apply(then.resource, firstFlags & optional, optional, OrderFlag.promotedThenImpliesFirst);
    }
    if ((kind & OrderFlag.minRunnable) !== 0) {
      if (then.resource) apply(then.resource, firstFlags, runnable, OrderFlag.minRunnable);
      else if ((firstFlags & runnable) !== 0) {
        then.runnableBefore++;
        if (then.runnableBefore >= then.requiredRunnableBefore && (then.flags & runnable) === 0) {
          then.flags |= runnable;
          changed |= Changed.then;
        }
      }
    }
    if ((kind & OrderFlag.nestedRemoteProbe) !== 0 && then.resource) {
      if ((firstFlags & runnable) === 0 && (first.resource?.runningOn.length ?? 0) > 0) {
        relation.flags = OrderFlag.ordered;
      } else apply(then.resource, firstFlags, runnable, OrderFlag.unrunnableFirstBlocks);
    }
    if ((kind & OrderFlag.unrunnableFirstBlocks) !== 0) {
      if (then.resource) apply(then.resource, firstFlags, runnable, OrderFlag.unrunnableFirstBlocks);
      else if ((firstFlags & runnable) === 0 && (then.flags & runnable) !== 0) {
        then.flags &= ~runnable;
        changed |= Changed.then;
      }
    }
    if ((kind & OrderFlag.unmigratableThenBlocks) !== 0 && then.resource) {
      apply(then.resource, firstFlags, optional, OrderFlag.unmigratableThenBlocks);
    }
    if ((kind & OrderFlag.firstElseThen) !== 0 && then.resource) {
      apply(then.resource, firstFlags, optional, OrderFlag.firstElseThen);
    }
    if ((kind & OrderFlag.ordered) !== 0 && then.resource) {
      apply(then.resource, firstFlags, runnable, OrderFlag.ordered);
    }
    if ((kind & OrderFlag.asymmetric) !== 0 && then.resource) {
      apply(then.resource, firstFlags, runnable, OrderFlag.asymmetric);
    }
    this.keepMarks(first, then, firstFlags, thenFlags, kind);
    return changed | this.blockOnUnmanagedStop(first, then, kind);
  }

  /** Marks of collections stay in the graph when what they surround does. */
  private keepMarks(first: Action, then: Action, firstFlags: number, thenFlags: number, kind: number): void {
    const { optional, runnable, alwaysInGraph } = ActionFlag;
    if (
      (first.flags & runnable) !== 0 &&
      (kind & OrderFlag.firstImpliesThenGraphed) !== 0 &&
      (firstFlags & optional) === 0
    ) {
      then.flags |= alwaysInGraph;
    }
    if ((kind & OrderFlag.thenImpliesFirstGraphed) !== 0 && (thenFlags & optional) === 0) {
      first.flags |= alwaysInGraph;
    }
  }

  /** What depends on the stop of something blocked and unmanaged cannot happen. */
  private blockOnUnmanagedStop(first: Action, then: Action, kind: number): number {
    const { resource } = first;
    const strong = OrderFlag.firstImpliesThen | OrderFlag.thenImpliesFirst | OrderFlag.intermediateStop;
    if ((kind & strong) === 0 || resource === undefined || resource.managed || !resource.blocked) return 0;
    if ((first.flags & ActionFlag.runnable) !== 0 || first.task !== 'stop') return 0;
    if ((then.flags & ActionFlag.runnable) === 0) return 0;
    then.flags &= ~ActionFlag.runnable;
    return Changed.then;
  }
}

/**
 * Whether a relation was put into effect already for all that it reads of its first (then has not changed since), and
 * so would change nothing. Inputs that are counted are counted each time; of clones the assignment may change as well.
 */
function hasSettled(then: Action, { first, flags, appliedAt }: Relation): boolean {
  if (first.changedAt > appliedAt || (flags & OrderFlag.minRunnable) !== 0) return false;
  if (first.collection === undefined) return true;
  if (changedAt(first, false) > appliedAt) return false;
  return !(first.collection.isCollective && then.collection?.isCollective);
}

/** What is part of a collection takes part in its operation, and so does not wait for its end. */
function isWithin(inner: ResourceInstance, outer: ResourceInstance): boolean {
  for (let each: ResourceInstance | undefined = inner; each !== undefined; each = each.parent)
    if (each === outer) return true;
  return false;
}

/** Where a group is going to start. */
function groupStartNode(action: Action): NodeInstance | undefined {
  const { resource } = action;
  return resource?.isGroup && action.task === 'start' ? locationOf(resource) : undefined;
}

const DONE: Readonly<Record<string, string>> = {
  start: 'running',
  stop: 'stopped',
  promote: 'promoted',
  demote: 'demoted',
  notify: 'notified',
};

/**
 * What others wait for: not the beginning of a collection's operation but its end - or, with notifications,
 * the point at which everybody was told.
 */
function markOf(action: Action): Action {
  const { resource } = action;
  if (resource === undefined || resource.isPrimitive) return action;
  if (action.intervalMs > 0 || action.key.includes('_notify_')) return action;
  const done = DONE[action.task] ?? action.task;
  if (!Object.values(DONE).includes(done)) return action;
  const told = resource.isCollective && resource.notify;
  const key = told ? `${resource.id}_confirmed-post_notify_${done}_0` : `${resource.id}_${done}_0`;
  return resource.actionsByKey.get(key)?.at(-1) ?? action;
}
