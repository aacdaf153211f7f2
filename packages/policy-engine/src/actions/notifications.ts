import { instancesOf } from '../assign/compatible-instance.ts';
import { compareAsText } from '../assign/primitive.ts';
import { orderActions } from '../orderings/order-actions.ts';
import { compareNames } from '../output/compare-names.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { Notification } from '../state/clone-state.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { createAction, createPseudo, findAction, notifyKey } from './create-action.ts';

/*
 * Clones with notify=true tell every instance before and after instances start, stop, are promoted or demoted.
 * Each of the four operations has four marks around it: pre, confirmed-pre, (operation), post, confirmed-post.
 * The marks are made with the clone's own; the notifications themselves, with their lists of who does what
 * where, only once all orderings are resolved.
 */

type NotifiedTask = Notification['task'];

const SURVIVES_ABORT = 1_000_000;

/** Makes the marks around one operation of a clone; `done` is the mark of its end. */
export function createNotificationMarks(
  state: ClusterState,
  clone: ResourceInstance,
  task: NotifiedTask,
  begin: Action | undefined,
  done: Action,
): Notification {
  const mark = (type: string, about: Action, name: string): Action => {
    const action = createPseudo(state, {
      resource: clone,
      key: notifyKey(clone.id, type, about.task),
      task: name,
      optional: about.is(ActionFlag.optional),
      runnable: true,
    });
    action.meta.set('notify_key_type', type);
    action.meta.set('notify_key_operation', about.task);
    action.meta.set('notify_type', type.replace('confirmed-', ''));
    action.meta.set('notify_operation', task);
    return action;
  };
  const notification: Notification = {
    task,
    pre: undefined,
    preDone: undefined,
    post: undefined,
    postDone: undefined,
  };
  if (begin !== undefined) {
    notification.pre = mark('pre', begin, 'notify');
    notification.preDone = mark('confirmed-pre', begin, 'notified');
    orderActions(notification.pre, notification.preDone, OrderFlag.ordered);
    orderActions(notification.preDone, begin, OrderFlag.ordered);
  }
  const post = mark('post', done, 'notify');
  const postDone = mark('confirmed-post', done, 'notified');
  for (const action of [post, postDone]) {
    action.priority = SURVIVES_ABORT;
    if (!done.is(ActionFlag.runnable)) action.flags &= ~ActionFlag.runnable;
  }
  notification.post = post;
  notification.postDone = postDone;
  orderActions(done, post, OrderFlag.firstImpliesThen);
  orderActions(post, postDone, OrderFlag.firstImpliesThen);
  if (notification.preDone !== undefined) orderActions(notification.preDone, post, OrderFlag.ordered);
  return notification;
}

/** Marks around the start and the stop of a clone's instances. */
export function createStartStopMarks(state: ClusterState, clone: ResourceInstance): void {
  const list = clone.clone?.notifications;
  if (list === undefined || !clone.notify) return;
  for (const [task, end] of [
    ['start', 'running'],
    ['stop', 'stopped'],
  ] as const)
    addMarks(state, clone, task, end);
  orderMarks(clone, 'stop', 'start');
}

/** Marks around promotion or demotion; that of demotion comes second. */
export function createPromotionMarks(
  state: ClusterState,
  clone: ResourceInstance,
  task: 'promote' | 'demote',
  end: string,
): void {
  if (clone.clone?.notifications === undefined || !clone.notify) return;
  addMarks(state, clone, task, end);
  if (task === 'promote') return;
  orderMarks(clone, 'start', 'promote');
  orderMarks(clone, 'stop', 'promote');
  orderMarks(clone, 'demote', 'promote');
  orderMarks(clone, 'demote', 'start');
  orderMarks(clone, 'demote', 'stop');
}

function addMarks(state: ClusterState, clone: ResourceInstance, task: NotifiedTask, end: string): void {
  const begin = findAction(clone, { task });
  const done = findAction(clone, { task: end });
  if (begin === undefined || done === undefined) return;
  clone.clone?.notifications.push(createNotificationMarks(state, clone, task, begin, done));
}

function orderMarks(clone: ResourceInstance, first: NotifiedTask, then: NotifiedTask): void {
  const list = clone.clone?.notifications ?? [];
  const before = list.find(({ task }) => task === first)?.postDone;
  const after = list.find(({ task }) => task === then)?.pre;
  if (before !== undefined && after !== undefined) orderActions(before, after, OrderFlag.ordered);
}

/** Makes the notifications of all clones, from the final actions. */
export function createNotifications(state: ClusterState): void {
  const visit = (resource: ResourceInstance): void => {
    for (const notification of resource.clone?.notifications ?? [])
      notifyInstances(state, resource, notification);
    resource.children.forEach(visit);
  };
  state.resources.forEach(visit);
}

/** An instance and where it is or will be. */
interface Entry {
  readonly resource: ResourceInstance;
  readonly node: NodeInstance | undefined;
}

type ListName = 'stop' | 'start' | 'promote' | 'demote' | 'active' | 'inactive' | 'unpromoted' | 'promoted';

type Lists = Record<ListName, Entry[]>;

function notifyInstances(state: ClusterState, clone: ResourceInstance, notification: Notification): void {
  const lists = collect(clone, true);
  if (isWanted(clone, notification.task)) {
    for (const mark of [notification.pre, notification.preDone, notification.post, notification.postDone]) {
      if (mark !== undefined) mark.flags &= ~ActionFlag.optional;
    }
  }
  dropImpossible(clone, notification);
  const environment = describe(state, clone, lists);
  const visit = (resource: ResourceInstance): void => {
    if (resource.isPrimitive) notifyInstance(state, resource, notification, lists, environment);
    else resource.children.forEach(visit);
  };
  clone.children.forEach(visit);
}

/**
 * Whether any instance is to do something, possible or not: the clone's own marks stand for both, so those around them
 * do, too, even if nobody is left to be told.
 */
function isWanted(resource: ResourceInstance, task: NotifiedTask): boolean {
  if (!resource.isPrimitive) return resource.children.some((child) => isWanted(child, task));
  return (resource.actionsByTask.get(task) ?? []).some(
    (action) => !action.is(ActionFlag.optional) && action.node !== undefined,
  );
}

/** Nobody is told of what turned out to be impossible. */
function dropImpossible(clone: ResourceInstance, notification: Notification): void {
  for (const mark of [notification.pre, notification.preDone, notification.post, notification.postDone]) {
    const about = findAction(clone, { task: mark?.metaNow.get('notify_key_operation') ?? '' });
    if (mark !== undefined && about !== undefined && !about.is(ActionFlag.runnable)) {
      mark.flags &= ~ActionFlag.runnable;
    }
  }
}

function collect(clone: ResourceInstance, withActions: boolean): Lists {
  const lists: Lists = {
    stop: [],
    start: [],
    promote: [],
    demote: [],
    active: [],
    inactive: [],
    unpromoted: [],
    promoted: [],
  };
  const visit = (resource: ResourceInstance): void => {
    if (!resource.isPrimitive) resource.children.forEach(visit);
    else collectInstance(resource, lists, withActions);
  };
  clone.children.forEach(visit);
  for (const list of Object.values(lists)) list.sort(compareEntries);
  return lists;
}

function collectInstance(resource: ResourceInstance, lists: Lists, withActions: boolean): void {
  const here: Entry = { resource, node: resource.runningOn[0] };
  if (resource.role === Role.stopped) lists.inactive.push({ resource, node: undefined });
  else if (resource.role !== Role.unknown) {
    lists.active.push(here);
    if (resource.role === Role.unpromoted) lists.unpromoted.push(here);
    else if (resource.role === Role.promoted) lists.promoted.push(here);
  }
  if (!withActions) return;
  for (const action of resource.actions) {
    const { node } = action;
    if (action.is(ActionFlag.optional) || node === undefined) continue;
    // What cannot happen is not told of - except that a lost node's instance counts as stopped, fenced or not.
    if (!action.is(ActionFlag.runnable) && !(action.task === 'stop' && node.unclean)) continue;
    const list = lists[action.task as ListName];
    if (isNotifiedTask(action.task) && list !== undefined) list.push({ resource, node });
  }
}

function isNotifiedTask(task: string): task is NotifiedTask {
  return task === 'start' || task === 'stop' || task === 'promote' || task === 'demote';
}

function compareEntries(a: Entry, b: Entry): number {
  return compareAsText(a.resource.id, b.resource.id) || compareNames(a.node?.name ?? '', b.node?.name ?? '');
}

/** What each notified agent is told; an empty list is a single space. */
function describe(state: ClusterState, clone: ResourceInstance, lists: Lists): Map<string, string> {
  const result = new Map<string, string>();
  const set = (name: string, words: readonly string[]): void => {
    result.set(`notify_${name}`, words.length === 0 ? ' ' : words.join(' '));
  };
  const both = (name: string, list: readonly Entry[]): void => {
    set(
      `${name}_resource`,
      list.map(({ resource }) => resource.id),
    );
    set(
      `${name}_uname`,
      list.flatMap(({ node }) => (node === undefined ? [] : [node.name])),
    );
  };
  for (const name of ['stop', 'start', 'promote', 'demote', 'active', 'unpromoted', 'promoted'] as const) {
    both(name, lists[name]);
  }
  both('slave', lists.unpromoted);
  both('master', lists.promoted);
  set(
    'inactive_resource',
    lists.inactive.map(({ resource }) => resource.id),
  );
  set(
    'available_uname',
    state.nodes.filter(({ index }) => clone.allowed.has(index)).map(({ name }) => name),
  );
  set(
    'all_uname',
    state.nodes.map(({ name }) => name),
  );
  if (clone.meta.get('container-attribute-target')?.toLowerCase() === 'host') {
    set(
      'all_hosts',
      state.nodes.map((node) => hostOf(node).name),
    );
  }
  return result;
}

function hostOf(node: NodeInstance): NodeInstance {
  return (node.isGuest ? node.connection?.launcher?.runningOn[0] : undefined) ?? node;
}

function notifyInstance(
  state: ClusterState,
  resource: ResourceInstance,
  notification: Notification,
  lists: Lists,
  environment: Map<string, string>,
): void {
  for (const action of resource.actions) {
    if (!isNotifiedTask(action.task) || action.is(ActionFlag.optional) || action.node === undefined) continue;
    action.notification = environment;
  }
  const { task } = notification;
  // A stop may be implied by fencing and is told of even if no instance has one of its own.
  if (task !== 'stop' && lists[task].length === 0) return;
  if (task === 'stop' || task === 'demote') {
    if (resource.role > Role.stopped) notifyBeforeEnd(state, resource, notification, environment);
  } else if (resource.nextRole > Role.stopped && resource.assignedTo !== undefined) {
    const start = findAction(resource, { task: 'start' });
    const needed = start !== undefined && !start.is(ActionFlag.optional);
    // What cannot start has nobody to listen.
    if (needed && !start.is(ActionFlag.runnable)) return;
    const starts = task === 'start' && needed;
    // What is not running yet cannot be told beforehand.
    if (!starts) notify(state, resource, resource.assignedTo, notification, 'pre', environment);
    notify(state, resource, resource.assignedTo, notification, 'post', environment);
  }
}

function notifyBeforeEnd(
  state: ClusterState,
  resource: ResourceInstance,
  notification: Notification,
  environment: Map<string, string>,
): void {
  for (const node of resource.runningOn) {
    const stop = findAction(resource, { task: 'stop' }, node);
    // Nobody is told on a node that is about to be fenced.
    if (stop?.is(ActionFlag.pseudo) && (node.unclean || node.remoteRequiresReset)) continue;
    notify(state, resource, node, notification, 'pre', environment);
    if (notification.task === 'demote' || stop === undefined || stop.is(ActionFlag.optional)) {
      notify(state, resource, node, notification, 'post', environment);
    }
  }
}

function notify(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
  notification: Notification,
  type: 'pre' | 'post',
  environment: Map<string, string>,
): void {
  const mark = type === 'pre' ? notification.pre : notification.post;
  const done = type === 'pre' ? notification.preDone : notification.postDone;
  if (mark === undefined || done === undefined || !node.online || !mark.is(ActionFlag.runnable)) return;
  const action = createAction(state, {
    resource,
    key: notifyKey(resource.id, type, notification.task),
    task: 'notify',
    node,
    optional: mark.is(ActionFlag.optional),
  });
  // One notification may belong to several marks; it tells of the first.
  for (const [name, value] of mark.meta) if (!action.meta.has(name)) action.meta.set(name, value);
  action.notification = environment;
  orderActions(mark, action, OrderFlag.ordered);
  orderActions(action, done, OrderFlag.ordered);
  if (type === 'pre') return;
  action.priority = SURVIVES_ABORT;
  // Monitoring begins once everybody knows.
  for (const monitor of resource.actions) {
    if (monitor.intervalMs > 0 && monitor.task !== 'cancel') orderActions(done, monitor, OrderFlag.ordered);
  }
}

/** Tells the other instances of a clone that fencing stopped one of them. */
export function notifyAfterFencing(
  state: ClusterState,
  resource: ResourceInstance,
  stop: Action,
  fencing: Action,
): void {
  if (stop.node === undefined) return;
  const notification = createNotificationMarks(state, resource, 'stop', undefined, fencing);
  const environment = new Map([
    ['notify_stop_resource', resource.id],
    ['notify_stop_uname', stop.node.name],
  ]);
  // The containers of a bundle are told of by nobody else; instances of clones get the whole of the lists later.
  stop.notification = environment;
  const top = resource.top();
  for (const instance of top.isPrimitive ? [top] : instancesOf(top)) {
    for (const part of instance.isPrimitive ? [instance] : instance.children) {
      if (part.isPrimitive && part.role > Role.stopped)
        notifyBeforeEnd(state, part, notification, environment);
    }
  }
}
