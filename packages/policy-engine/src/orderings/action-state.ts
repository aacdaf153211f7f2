import { findAction } from '../actions/create-action.ts';
import { instancesOf } from '../assign/compatible-instance.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';

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
  if (resource === undefined) return action.flags;
  switch (resource.kind) {
    case 'primitive':
      return action.flags;
    case 'group':
      return groupFlags(resource, action, node);
    case 'clone':
    case 'bundle':
      return collectiveFlags(resource, action, node);
  }
}

/**
 * The flags that count for an ordering with something on a node. Only of a clone it matters what happens on that
 * node - but being runnable anywhere is enough.
 */
export function orderingFlags(action: Action, node: NodeInstance | undefined): number {
  const anywhere = flagsFor(action, undefined);
  if (node === undefined || !action.resource?.isCollective) return anywhere;
  return flagsFor(action, node) | (anywhere & ActionFlag.runnable);
}

function isNotification(action: Action): boolean {
  return action.key.includes('_notify_');
}

function groupFlags(group: ResourceInstance, action: Action, node: NodeInstance | undefined): number {
  let flags = ActionFlag.optional | ActionFlag.runnable | ActionFlag.pseudo;
  const task = baseTask(action.task);
  const goesDown = task === 'stop' || task === 'demote';
  for (const member of group.children) {
    const own = findAction(member, { key: member.key(task) }, node);
    if (own !== undefined) {
      const memberFlags = flagsFor(own, node);
      if ((flags & ActionFlag.optional) !== 0 && (memberFlags & ActionFlag.optional) === 0) {
        flags &= ~ActionFlag.optional;
        action.flags &= ~ActionFlag.optional;
      }
      if ((memberFlags & ActionFlag.runnable) === 0 && task !== action.task) {
        flags &= ~ActionFlag.runnable;
        action.flags &= ~ActionFlag.runnable;
      }
    } else if (!goesDown) {
      flags &= ~ActionFlag.runnable;
    }
  }
  return flags;
}

function collectiveFlags(
  collective: ResourceInstance,
  action: Action,
  node: NodeInstance | undefined,
): number {
  let flags = ActionFlag.optional | ActionFlag.runnable | ActionFlag.pseudo;
  let anyRunnable = false;
  const task = markedTask(action);
  const base = baseTask(task);
  for (const instance of actingInstances(collective, base)) {
    const { isPrimitive } = instance;
    // Once needed and runnable, it stays so whatever the others do; only what is no primitive is brought up to date.
    if (isPrimitive && anyRunnable && (flags & ActionFlag.optional) === 0) continue;
    const where = isPrimitive ? node : undefined;
    const own = findAction(instance, { key: instance.key(isPrimitive ? base : task) }, where);
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
