import { findAction } from '../actions/create-action.ts';
import { instancesOf } from '../assign/compatible-instance.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import { MemberTally } from '../state/member-tally.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { partCacheOf, partsWithTask } from './parts-with-task.ts';

/** Operations behind the marks of collections. */
const BASE_TASK: Readonly<Record<string, string>> = {
  running: 'start',
  started: 'start',
  stopped: 'stop',
  promoted: 'promote',
  demoted: 'demote',
  notified: 'notify',
};

export function baseTask(task: string): string {
  return BASE_TASK[task] ?? task;
}

/**
 * Flags of an action as an ordering sees them. Of a group: needed if any member's is, runnable if all are (the
 * way up). Of a clone: needed if any instance's is, runnable if any is - on the given node, if one is given.
 */
export function flagsFor(action: Action, node: NodeInstance | undefined): number {
  const { resource } = action;
  if (resource === undefined || resource.isPrimitive) return action.flags;
  if (resource.isGroup && node === undefined) return groupFlags(resource, action, node);
  const { judgements } = partCacheOf(resource);
  const known = judgements.get(action);
  if (known?.at === resource.changedAt && known.node === node) return known.flags;
  const at = resource.changedAt;
  const flags = resource.isGroup
    ? groupFlags(resource, action, node)
    : collectiveFlags(resource, action, node);
  judgements.set(action, { node, flags, at });
  return flags;
}

/**
 * The flags that count for an ordering with something on a node. Only of a clone it matters what happens on that
 * node - but being runnable anywhere is enough.
 */
export function orderingFlags(action: Action, node: NodeInstance | undefined): number {
  const anywhere = flagsFor(action, undefined);
  if (node === undefined || !action.resource?.isClone) return anywhere;
  return flagsFor(action, node) | (anywhere & ActionFlag.runnable);
}

function isNotification(action: Action): boolean {
  return action.key.includes('_notify_');
}

function groupFlags(group: ResourceInstance, action: Action, node: NodeInstance | undefined): number {
  const task = baseTask(action.task);
  const goesDown = task === 'stop' || task === 'demote';
  const members = node === undefined ? membersDoing(group, task) : membersOn(group, task, node);
  let flags = ActionFlag.optional | ActionFlag.runnable | ActionFlag.pseudo;
  if (members.anyNeeded) {
    flags &= ~ActionFlag.optional;
    action.flags &= ~ActionFlag.optional;
  }
  if (members.anyImpossible && task !== action.task) {
    flags &= ~ActionFlag.runnable;
    action.flags &= ~ActionFlag.runnable;
  }
  if (members.missing > 0 && !goesDown) flags &= ~ActionFlag.runnable;
  return flags;
}

function membersDoing(group: ResourceInstance, task: string): MemberTally {
  const { tallies } = partCacheOf(group);
  let tally = tallies.get(task);
  if (tally === undefined) {
    tally = new MemberTally(group, task);
    tallies.set(task, tally);
  }
  return tally;
}

function membersOn(
  group: ResourceInstance,
  task: string,
  node: NodeInstance,
): { anyNeeded: boolean; anyImpossible: boolean; missing: number } {
  const found = { anyNeeded: false, anyImpossible: false, missing: 0 };
  for (const member of group.children) {
    const own = findAction(member, { key: member.key(task) }, node);
    if (own === undefined) found.missing++;
    else {
      if ((own.flags & ActionFlag.optional) === 0) found.anyNeeded = true;
      if ((own.flags & ActionFlag.runnable) === 0) found.anyImpossible = true;
    }
  }
  return found;
}

/** When anything changed last that an ordering reads of an action as its first, or as its then. */
export function changedAt(action: Action, asThen: boolean): number {
  const { collection } = action;
  if (collection === undefined) return action.changedAt;
  if (!collection.isGroup || (asThen && partsWithTask(collection, action.task).length > 0)) {
    return collection.changedAt;
  }
  return Math.max(action.changedAt, membersDoing(collection, baseTask(action.task)).changedAt);
}

function collectiveFlags(
  collective: ResourceInstance,
  action: Action,
  node: NodeInstance | undefined,
): number {
  let flags = ActionFlag.optional | ActionFlag.runnable | ActionFlag.pseudo;
  let anyRunnable = false;
  const task = markedTask(action);
  for (const newest of newestOfInstances(collective, task)) {
    const isPrimitive = newest.collection === undefined;
    // Once needed and runnable, it stays so whatever the others do; only what is no primitive is brought up to date.
    if (isPrimitive && anyRunnable && (flags & ActionFlag.optional) === 0) continue;
    const own =
      isPrimitive && node !== undefined
        ? findAction(newest.resource as ResourceInstance, { key: newest.key }, node)
        : newest;
    if (own === undefined) continue;
    const instanceFlags = flagsFor(own, node);
    if ((flags & ActionFlag.optional) !== 0 && (instanceFlags & ActionFlag.optional) === 0) {
      flags &= ~ActionFlag.optional;
      action.flags &= ~ActionFlag.optional;
    }
    if ((instanceFlags & ActionFlag.runnable) !== 0) anyRunnable = true;
  }
  if (!anyRunnable) {
    flags &= ~ActionFlag.runnable;
    if (node === undefined) action.flags &= ~ActionFlag.runnable;
  }
  return flags;
}

/** What instances do for a task of their clone or bundle, each its newest action. */
function newestOfInstances(collective: ResourceInstance, task: string): readonly Action[] {
  const { newestByTask } = partCacheOf(collective);
  let found = newestByTask.get(task);
  if (found === undefined) {
    const base = baseTask(task);
    const actions: Action[] = [];
    for (const instance of actingInstances(collective, base)) {
      const own = findAction(instance, { key: instance.key(instance.isPrimitive ? base : task) });
      if (own !== undefined) actions.push(own);
    }
    found = actions;
    newestByTask.set(task, found);
  }
  return found;
}

/**
 * What an instance does where its collective has an action: for the end of an operation an instance that is a
 * group has a mark of its own, a primitive has the operation.
 */
export function taskOfInstance(action: Action, instance: ResourceInstance): string {
  const task = markedTask(action);
  return instance.isPrimitive ? baseTask(task) : task;
}

/** The task of an action, or that which a notification is about. */
function markedTask(action: Action): string {
  if (!isNotification(action)) return action.task;
  return /_notify_([a-z_]+)_0$/.exec(action.key)?.[1] ?? action.task;
}

const INSIDE = new Set(['notify', 'promote', 'demote']);

/** A bundle's containers start and stop; promoting and notifying is for what is inside. */
export function actingInstances(collective: ResourceInstance, task: string): readonly ResourceInstance[] {
  const child = collective.bundle?.child;
  return child !== undefined && INSIDE.has(task) ? child.children : instancesOf(collective);
}
