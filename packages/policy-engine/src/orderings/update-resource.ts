import { findAction } from '../actions/create-action.ts';
import { assignTo } from '../assign/assign-state.ts';
import { compatibleInstance, instancesOf } from '../assign/compatible-instance.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { flagsFor, taskOfInstance } from './action-state.ts';
import { orderActions } from './order-actions.ts';
import { partsWithTask } from './parts-with-task.ts';
import type { OrderingResolver } from './update-action.ts';
import { Changed, mayHaveEffect, updateOrdered } from './update-ordered.ts';

export interface OrderedPair {
  readonly first: Action;
  readonly next: Action;
  readonly node: NodeInstance | undefined;
  readonly flags: number;
  readonly filter: number;
  readonly relation: number;
}

/**
 * Puts an ordering into effect for a resource of any kind: for a primitive the two actions, for a group also
 * the same action of each member, for a clone also that of each instance - or, interleaved, instance by
 * instance with the partner on the same node.
 */
export function updateForResource(
  resolver: OrderingResolver,
  resource: ResourceInstance,
  pair: OrderedPair,
): number {
  switch (resource.kind) {
    case 'primitive':
      return updatePair(resolver, pair);
    case 'group':
      return updateGroup(resolver, pair);
    case 'clone':
    case 'bundle':
      return updateCollective(resolver, pair);
  }
}

/**
 * Applies to the two actions themselves. What changes inside a collection is followed up at once, before the same
 * ordering reaches the next member: what that means for the members counts as the reason for them.
 */
function updatePair(resolver: OrderingResolver, pair: OrderedPair): number {
  const { first, next: then } = pair;
  const changed = updateOrdered(first, then, pair.flags, pair.filter, pair.relation);
  if ((changed & Changed.then) !== 0 && then.resource?.parent !== undefined) resolver.update(then);
  return changed;
}

function updateGroup(resolver: OrderingResolver, pair: OrderedPair): number {
  let changed = updatePair(resolver, pair);
  if (pair.next.resource === undefined || !mayHaveEffect(pair)) return changed;
  for (const member of partsWithTask(pair.next.resource, pair.next.task)) {
    resolver.state.orderingSteps++;
    const own = findAction(member, { key: `${member.id}_${pair.next.task}_0` }, pair.node);
    if (own !== undefined) changed |= updateForResource(resolver, member, { ...pair, next: own });
  }
  return changed;
}

function updateCollective(resolver: OrderingResolver, pair: OrderedPair): number {
  const { first, next: then } = pair;
  if (then.resource === undefined) return 0;
  if (interleaves(first, then)) return updateInterleaved(resolver, pair);
  let changed = updatePair(resolver, pair);
  for (const instance of partsWithTask(then.resource, then.task)) {
    resolver.state.orderingSteps++;
    changed |= updateInstance(resolver, instance, pair);
  }
  return changed;
}

/** Whether the clone that matters (of the one going down, else of what follows) is interleaved. */
function interleaves(first: Action, then: Action): boolean {
  const a = first.resource;
  const b = then.resource;
  if (a === undefined || b === undefined || a === b || !a.isCollective || !b.isCollective) return false;
  const goesDown = then.key.endsWith('_stop_0') || then.key.endsWith('_demote_0');
  const decisive = goesDown ? a : b;
  return decisive.interleave;
}

function updateInstance(resolver: OrderingResolver, instance: ResourceInstance, pair: OrderedPair): number {
  const own = findAction(instance, { key: `${instance.id}_${pair.next.task}_0` }, pair.node);
  if (own === undefined || (flagsFor(own, pair.node) & ActionFlag.runnable) === 0) return 0;
  const changed = updateForResource(resolver, instance, { ...pair, next: own });
  if ((changed & Changed.then) !== 0) resolver.updateAfter(own);
  return changed;
}

const ROLE_TASKS = new Set(['promote', 'promoted', 'demote', 'demoted']);

/**
 * For bundles an instance is a container or what is inside. What comes first must have happened inside, unless it
 * is the stop; what follows happens to the container, unless it is a change of role.
 */
function insideOf(instance: ResourceInstance): ResourceInstance {
  const { replica } = instance;
  return replica?.container === instance ? (replica.child ?? instance) : instance;
}

function instanceAction(
  instance: ResourceInstance,
  task: string,
  node: NodeInstance | undefined,
): Action | undefined {
  const inside = instance.replica?.child === instance;
  const where = instance.isPrimitive && !inside ? node : undefined;
  return findAction(instance, { key: `${instance.id}_${task}_0` }, where);
}

function updateInterleaved(resolver: OrderingResolver, pair: OrderedPair): number {
  const { first, next: then, node, relation } = pair;
  const firstCollective = first.resource as ResourceInstance;
  const thenCollective = then.resource as ResourceInstance;
  // What goes down does so where it is now, not where it will be.
  const current = first.key.endsWith('_stopped_0') || first.key.endsWith('_demoted_0');
  let changed = 0;
  for (const instance of instancesOf(thenCollective)) {
    const partner = compatibleInstance(resolver.state, instance, firstCollective, Role.unknown, current);
    if (partner === undefined) {
      const mandatory = OrderFlag.unrunnableFirstBlocks | OrderFlag.firstImpliesThen;
      if (!current && (relation & mandatory) !== 0) {
        if (assignTo(instance, undefined, { force: true, stopIfFail: true })) {
          resolver.noteWithdrawal();
          changed |= Changed.then;
        }
      }
      continue;
    }
    const acting = taskOfInstance(first, partner).startsWith('stop') ? partner : insideOf(partner);
    const firstAction = instanceAction(acting, taskOfInstance(first, acting), node);
    const roleChange = ROLE_TASKS.has(then.task);
    const thenAction = instanceAction(roleChange ? insideOf(instance) : instance, then.task, node);
    if (firstAction === undefined || thenAction === undefined) continue;
    if (orderActions(firstAction, thenAction, relation)) changed |= Changed.first | Changed.then;
    changed |= updateForResource(resolver, instance, {
      ...pair,
      first: firstAction,
      next: thenAction,
      flags: flagsFor(firstAction, node),
    });
  }
  return changed;
}
