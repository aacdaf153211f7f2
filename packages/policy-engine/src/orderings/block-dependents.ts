import { INFINITY_SCORE } from '@holdfast/model';
import { type Action, ActionFlag } from '../state/action.ts';
import type { Colocation } from '../state/constraints.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { actingInstances } from './action-state.ts';
import { setReason } from './reasons.ts';
import type { OrderingResolver } from './update-action.ts';

/** An action that became impossible, and what is still to be blocked because of it. */
interface Blocked {
  readonly action: Action;
  readonly dependents: Iterator<Action>;
}

/**
 * If a resource cannot start (or be promoted), what must be with it cannot either: dependents of mandatory
 * colocations are blocked, too, and so are theirs. Depth first, with a stack of its own, since chains of colocations
 * may be longer than that of the machine allows. Before probes are ordered nothing else follows from it yet (there is
 * no resolver): a probe in a guest that turns out to be out of reach keeps back no instance elsewhere.
 */
export function blockDependents(resolver: OrderingResolver | undefined, action: Action): void {
  if ((action.flags & ActionFlag.runnable) !== 0 || !isWayUp(action)) return;
  const path: Blocked[] = [{ action, dependents: dependentActions(action) }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const next = top.dependents.next();
    if (next.done === true) {
      path.pop();
      if (path.length > 0) resolver?.updateAfter(top.action);
      continue;
    }
    const dependent = next.value;
    dependent.flags &= ~ActionFlag.runnable;
    setReason(dependent, `colocation with ${top.action.resource?.id}`);
    path.push({ action: dependent, dependents: dependentActions(dependent) });
  }
}

function isWayUp({ task }: Action): boolean {
  return task === 'start' || task === 'promote';
}

/** What is possible so far and must not be, each looked for only when what came before it has been dealt with. */
function* dependentActions({ task, resource }: Action): Generator<Action, undefined> {
  if (resource === undefined || resource.isCollective || resource.parent?.isGroup) return;
  const subject = subjectOf(resource);
  const possible = (instance: ResourceInstance): boolean =>
    (instance.actionsByTask.get(task) ?? []).some((own) => (own.flags & ActionFlag.runnable) !== 0);
  if (subject.isCollective && actingInstances(subject, task).some(possible)) return;
  for (const colocation of subject.colocatedWithThis) {
    if (colocation.score !== INFINITY_SCORE) continue;
    if (task === 'start' && colocation.primaryRole === Role.promoted) continue;
    if (task === 'promote' && colocation.primaryRole !== Role.promoted) continue;
    yield* runnableActions(colocation.dependent, dependentTask(colocation));
  }
}

/**
 * Instances count as the whole clone, containers as the whole bundle, which keeps dependents down only if none can
 * start; the marks of a clone block nothing. So a replica's address may start although its container cannot. Members
 * of a group block nothing either: other members follow them by their order.
 */
function subjectOf(resource: ResourceInstance): ResourceInstance {
  const top = resource.top();
  if (top.isClone) return top;
  return top.parent?.isBundle ? top.parent : resource;
}

function dependentTask({ dependentRole }: Colocation): string {
  return dependentRole === Role.promoted ? 'promote' : 'start';
}

function* runnableActions(resource: ResourceInstance, task: string): Generator<Action, undefined> {
  for (const child of resource.children) yield* runnableActions(child, task);
  for (const action of (resource.actionsByTask.get(task) ?? []).toReversed()) {
    if ((action.flags & ActionFlag.runnable) !== 0) yield action;
  }
}
