import { createAction, operationKey } from '../actions/create-action.ts';
import { currentRoleOf } from '../assign/promotable.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import { OrderFlag, type Ordering } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { flagsFor } from './action-state.ts';
import { blockDependents } from './block-dependents.ts';
import { orderActions } from './order-actions.ts';
import { orderProbes } from './order-probes.ts';
import { OrderingResolver } from './update-action.ts';
import { withholdUnsure } from './withhold-unsure.ts';

/**
 * Turns orderings into relations between actions and resolves what they imply.
 *
 * @param options.withholdUnsure what needs a failed resource that is not managed does not start
 */
export function applyOrderings(state: ClusterState, options: { readonly withholdUnsure: boolean }): void {
  for (const order of state.orderings) connect(state, order);
  const resolver = new OrderingResolver(state);
  for (let i = state.actions.length - 1; i >= 0; i--) blockDependents(undefined, state.actions[i] as Action);
  orderProbes(state);
  // They are relations of actions now; of large clusters they are a tenth of what is kept.
  state.orderings.length = 0;
  for (let i = state.actions.length - 1; i >= 0; i--) resolver.update(state.actions[i] as Action);
  if (options.withholdUnsure) withholdUnsure(state, resolver);
  judgeMarks(state);
}

/**
 * Marks of clones are looked at only when something waits for them; in the end they follow their instances. Those of
 * bundles do not: where only an ordering takes an instance down, the bundle's demotion has no beginning in the graph.
 */
function judgeMarks(state: ClusterState): void {
  for (const resource of state.resources) {
    if (!resource.isClone) continue;
    for (let i = resource.actions.length - 1; i >= 0; i--) flagsFor(resource.actions[i] as Action, undefined);
  }
}

function connect(state: ClusterState, order: Ordering): void {
  if (order.firstResource !== undefined) {
    connectFirst(state, order, order.firstResource);
  } else if (order.thenResource !== undefined) {
    connectThen(order.firstAction, order.thenResource, order);
  } else if (order.firstAction !== undefined && order.thenAction !== undefined) {
    orderActions(order.firstAction, order.thenAction, order.flags);
  }
}

/** Actions of a resource with a key; if the key names another instance, those with the resource's own name. */
function actionsFor(resource: ResourceInstance, key: string): readonly Action[] {
  const direct = resource.actionsByKey.get(key);
  if (direct !== undefined && direct.length > 0) return direct;
  // Its own key: then there is no such action.
  if (key.startsWith(resource.id) && isOperation(key, resource.id.length)) return [];
  const parts = /_([a-z-]+(?:_[a-z]+)*)_(\d+)$/.exec(key);
  if (parts === null) return [];
  const own = keySuffix(key, resource);
  return own === undefined ? [] : (resource.actionsByKey.get(own) ?? []);
}

/** Whether nothing but `_TASK_INTERVAL` follows, with a task of one word. */
function isOperation(key: string, from: number): boolean {
  if (key[from] !== '_') return false;
  const interval = key.indexOf('_', from + 1);
  return interval > 0 && interval === key.lastIndexOf('_');
}

function keySuffix(key: string, resource: ResourceInstance): string | undefined {
  const match = /_((?:migrate_to|migrate_from|lrm_delete|clear_failcount|reload-agent|[a-z]+))_(\d+)$/.exec(
    key,
  );
  return match ? `${resource.id}_${match[1]}_${match[2]}` : undefined;
}

function taskOfKey(key: string): { task: string; intervalMs: number } | undefined {
  const match = /_((?:migrate_to|migrate_from|lrm_delete|clear_failcount|reload-agent|[a-z]+))_(\d+)$/.exec(
    key,
  );
  return match ? { task: match[1] as string, intervalMs: Number(match[2]) } : undefined;
}

function connectFirst(state: ClusterState, order: Ordering, resource: ResourceInstance): void {
  let firsts: readonly Action[];
  if (order.firstAction !== undefined) firsts = [order.firstAction];
  else firsts = actionsFor(resource, order.firstKey ?? '');
  if (firsts.length === 0) {
    if (resource === order.thenResource) return;
    const created = createMissingFirst(state, resource, order.firstKey ?? '');
    if (created === undefined) return;
    firsts = [created];
  }
  const thenResource = order.thenResource ?? order.thenAction?.resource;
  for (let i = firsts.length - 1; i >= 0; i--) {
    const first = firsts[i] as Action;
    if (thenResource === undefined) {
      if (order.thenAction !== undefined) orderActions(first, order.thenAction, order.flags);
    } else connectThen(first, thenResource, order);
  }
}

/** An action that others wait for may not exist yet; it is created as optional, and not runnable anywhere. */
function createMissingFirst(
  state: ClusterState,
  resource: ResourceInstance,
  key: string,
): Action | undefined {
  const parsed = taskOfKey(key);
  if (parsed === undefined) return undefined;
  const { task, intervalMs } = parsed;
  const role = currentRoleOf(resource);
  // Already down: nothing to wait for.
  if (task === 'stop' && role === Role.stopped) return undefined;
  if (task === 'demote' && role === Role.unpromoted) return undefined;
  return createAction(state, {
    resource,
    key: operationKey(resource.id, task, intervalMs),
    task,
    optional: true,
    intervalMs,
  });
}

function connectThen(first: Action | undefined, resource: ResourceInstance, order: Ordering): void {
  let { flags } = order;
  const thens = order.thenAction ? [order.thenAction] : actionsFor(resource, order.thenKey ?? '');
  if (thens.length === 0) return;
  if (first?.resource === resource && first.is(ActionFlag.migrationAbort)) {
    // The clean-up after a migration restarts nothing.
    flags &= ~OrderFlag.firstImpliesThen;
  }
  if (first === undefined && (flags & OrderFlag.firstImpliesThen) === 0) return;
  for (let i = thens.length - 1; i >= 0; i--) {
    const then = thens[i] as Action;
    if (first !== undefined) orderActions(first, then, flags);
    else then.flags &= ~ActionFlag.runnable;
  }
}
