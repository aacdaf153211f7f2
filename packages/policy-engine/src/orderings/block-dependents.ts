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
  const subject = subjectOf(resource);
  const possible = (instance: ResourceInstance): boolean =>
    (instance.actionsByTask.get(action.task) ?? []).some((own) => (own.flags & ActionFlag.runnable) !== 0);
  if (subject.isClone && subject.children.some(possible)) return;
  for (const colocation of subject.colocatedWithThis) {
    if (colocation.score !== INFINITY_SCORE) continue;
    if (starts && colocation.primaryRole === Role.promoted) continue;
    if (!starts && colocation.primaryRole !== Role.promoted) continue;
    blockRole(resolver, colocation, resource);
  }
}

/**
 * Members of a group count as the whole group: what must be with the group is blocked, while members follow each
 * other by their order. Instances count as the whole clone, which keeps dependents down only if none can start.
 */
function subjectOf(resource: ResourceInstance): ResourceInstance {
  const top = resource.top();
  if (top.isClone) return top;
  return resource.parent?.isGroup ? resource.parent : resource;
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
