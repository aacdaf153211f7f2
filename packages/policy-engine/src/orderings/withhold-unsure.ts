import { type Action, ActionFlag, type Relation } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { blockDependents } from './block-dependents.ts';
import { clearBecause } from './reasons.ts';
import type { OrderingResolver } from './update-action.ts';

const { optional, runnable } = ActionFlag;
/** Orderings that hold under a condition only. */
const CONDITIONAL =
  OrderFlag.minRunnable |
  OrderFlag.ifFirstUnmigratable |
  OrderFlag.ifOnSameNodeOrTarget |
  OrderFlag.ifRequiredOnSameNode;
/** Steps up: between a start and what needs it there may be the marks of collections. */
const UPWARD: ReadonlySet<string> = new Set(['start', 'running', 'promote', 'promoted']);

/**
 * To the reference a failed resource is active (a probe that ended with an error says so, too), and what is not managed
 * (in maintenance, or held by a lost member, rule 17) is not recovered: what needs it starts beside something of which
 * nobody knows whether it runs. Where this is asked for it does not start (S7): who is not sure that a resource is
 * active does not build on it. What runs well goes on beside it, where it is or elsewhere; what has failed itself is
 * only stopped. What needs something that cannot be is not started at all, nor again where it is stopped for it: a
 * group is treated like a single resource that may not start.
 */
export function withholdUnsure(state: ClusterState, resolver: OrderingResolver): void {
  for (const resource of state.allResources) {
    if (!resource.isPrimitive) continue;
    for (const action of wayUp(resource)) {
      if (!resource.managed && resource.failed)
        for (const then of dependentsOf(state, action)) withhold(resolver, then, action);
      const impossible = action.before.find(isImpossible);
      if (impossible !== undefined) withhold(resolver, action, impossible.first);
    }
  }
}

function withhold(resolver: OrderingResolver, then: Action, because: Action): void {
  if ((then.flags & runnable) === 0 || (then.flags & optional) !== 0) return;
  clearBecause(then, runnable, because);
  blockDependents(resolver, then);
  resolver.update(then);
  resolver.updateAfter(then);
}

/**
 * What is needed and cannot be: the mark of a group of which a member stays blocked, say. The reference puts neither it
 * nor a reason into its graph, and the start would wait for nothing.
 */
function isImpossible({ first, flags }: Relation): boolean {
  if ((flags & OrderFlag.unrunnableFirstBlocks) === 0 || (flags & CONDITIONAL) !== 0) return false;
  return (first.flags & (runnable | optional)) === 0;
}

function wayUp({ actionsByTask }: ResourceInstance): readonly Action[] {
  return ['start', 'promote'].flatMap((task) => actionsByTask.get(task) ?? []);
}

/** Planned starts and promotions of what does not run well that need an action, directly or through marks. */
function dependentsOf(state: ClusterState, first: Action): Action[] {
  const walk = ++state.walk;
  const found: Action[] = [];
  const open = [first];
  first.mark = walk;
  for (let action = open.pop(); action; action = open.pop()) {
    for (const then of action.after) {
      if (then.mark === walk || !UPWARD.has(then.task) || !needs(then, action)) continue;
      then.mark = walk;
      const { resource } = then;
      if (!resource?.isPrimitive) open.push(then);
      else if ((then.flags & optional) === 0 && !runsWell(resource)) found.push(then);
    }
  }
  return found;
}

/** What has failed itself is not sure to run either: to recover it is to start it. */
function runsWell({ runningOn, failed }: ResourceInstance): boolean {
  return runningOn.length > 0 && !failed;
}

function needs(then: Action, first: Action): boolean {
  return then.before.some(
    (each) => each.first === first && (each.flags & OrderFlag.unrunnableFirstBlocks) !== 0,
  );
}
