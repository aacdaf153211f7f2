import { INFINITY_SCORE } from '@holdfast/model';
import { type Action, ActionFlag } from '../state/action.ts';
import type { Colocation } from '../state/constraints.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { setReason } from './reasons.ts';
import type { OrderingResolver } from './update-action.ts';

/**
 * If a resource cannot start (or be promoted), what must be with it cannot either: dependents of mandatory
 * colocations are blocked, too.
 */
export function blockDependents(resolver: OrderingResolver, action: Action): void {
  if ((action.flags & ActionFlag.runnable) !== 0) return;
  const starts = action.task === 'start';
  if (!starts && action.task !== 'promote') return;
  const { resource } = action;
  if (resource === undefined) return;
  /*
   * A member of a group counts as the whole group: what must be with the group is blocked, while members follow each
   * other by their order. A clone's instance that cannot start is no reason to keep dependents down, since another
   * instance may do.
   */
  let subject: ResourceInstance = resource;
  if (resource.parent?.isGroup) subject = resource.parent;
  for (const colocation of subject.colocatedWithThis) {
    if (colocation.score !== INFINITY_SCORE) continue;
    if (starts && colocation.primaryRole === Role.promoted) continue;
    if (!starts && colocation.primaryRole !== Role.promoted) continue;
    blockRole(resolver, colocation, resource);
  }
}

function blockRole(resolver: OrderingResolver, colocation: Colocation, reason: ResourceInstance): void {
  const { dependent, dependentRole } = colocation;
  if (dependentRole === Role.promoted) blockTask(resolver, dependent, 'promote', reason);
  else blockTask(resolver, dependent, 'start', reason);
}

function blockTask(
  resolver: OrderingResolver,
  dependent: ResourceInstance,
  task: string,
  reason: ResourceInstance,
): void {
  for (const child of dependent.children) blockTask(resolver, child, task, reason);
  const actions = dependent.actionsByTask.get(task) ?? [];
  for (const action of [...actions].reverse()) {
    if ((action.flags & ActionFlag.runnable) === 0) continue;
    action.flags &= ~ActionFlag.runnable;
    setReason(action, `colocation with ${reason.id}`);
    blockDependents(resolver, action);
    resolver.updateAfter(action);
  }
}
