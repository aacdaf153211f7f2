import { Action, ActionFlag, type Needs } from '../state/action.ts';
import type { NoQuorumPolicy } from '../state/cluster-options.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { fenceNode } from '../unpack/fence-node.ts';
import { canFence } from './fence-action.ts';

/** `RSC_TASK_INTERVALMS`, the key every operation is known by. */
export function operationKey(id: string, task: string, intervalMs: number): string {
  return `${id}_${task}_${intervalMs}`;
}

/** Key of a notification: `RSC_TYPE_notify_TASK_0`. */
export function notifyKey(id: string, type: string, task: string): string {
  return `${id}_${type}_notify_${task}_0`;
}

/**
 * The action with this key for this resource and node, created if it does not exist yet. Asking for it as
 * needed makes an existing one needed; asking as optional never makes it optional again. Whether it is
 * runnable is judged anew each time.
 */
export function createAction(
  state: ClusterState,
  init: {
    resource?: ResourceInstance | undefined;
    key: string;
    task: string;
    node?: NodeInstance | undefined;
    optional: boolean;
    intervalMs?: number;
  },
): Action {
  const { resource, key, node } = init;
  const action = findExisting(state, resource, key, node) ?? newAction(state, init);
  if (resource !== undefined) {
    // Unmanaged resources get no one-time operations, whatever is asked for.
    if (action.node !== undefined && !resource.managed && action.intervalMs === 0) {
      action.flags |= ActionFlag.optional;
    } else if (!init.optional) {
      action.flags &= ~ActionFlag.optional;
    }
    judgeRunnable(state, action, resource);
  } else if (!init.optional) {
    action.flags &= ~ActionFlag.optional;
  }
  return action;
}

/** A mark of a resource or of the cluster: nothing is executed. */
export function createPseudo(
  state: ClusterState,
  init: {
    resource?: ResourceInstance | undefined;
    key: string;
    task: string;
    optional: boolean;
    runnable: boolean;
  },
): Action {
  const action = createAction(state, init);
  action.flags |= ActionFlag.pseudo;
  if (init.runnable) action.flags |= ActionFlag.runnable;
  return action;
}

/** A mark without resource, by its name (`all_stopped`, `load_stopped_n1`). */
export function clusterPseudo(state: ClusterState, name: string): Action {
  const existing = state.clusterActions.get(name)?.[0];
  if (existing) return existing;
  return createPseudo(state, { key: name, task: name, optional: true, runnable: true });
}

function findExisting(
  state: ClusterState,
  resource: ResourceInstance | undefined,
  key: string,
  node: NodeInstance | undefined,
): Action | undefined {
  const list = resource === undefined ? state.clusterActions.get(key) : resource.actionsByKey.get(key);
  if (list === undefined) return undefined;
  for (let i = list.length - 1; i >= 0; i--) {
    const action = list[i] as Action;
    if (node === undefined || action.node === node) return action;
    if (action.node === undefined) {
      action.node = node;
      return action;
    }
  }
  return undefined;
}

function newAction(
  state: ClusterState,
  init: {
    resource?: ResourceInstance | undefined;
    key: string;
    task: string;
    node?: NodeInstance | undefined;
    optional: boolean;
    intervalMs?: number;
  },
): Action {
  const { resource, node, key, task } = init;
  const action = new Action({
    id: state.actionId++,
    resource,
    node,
    task,
    key,
    flags: ActionFlag.runnable | (init.optional ? ActionFlag.optional : 0),
    clock: state.changes,
  });
  action.intervalMs = init.intervalMs ?? 0;
  state.actions.push(action);
  if (resource === undefined) {
    push(state.clusterActions, key, action);
    return action;
  }
  resource.actions.push(action);
  push(resource.actionsByKey, key, action);
  push(resource.actionsByTask, task, action);
  for (let each = resource.parent; each !== undefined; each = each.parent) each.partCache = undefined;
  action.needs = needsOf(resource, task);
  return action;
}

function push(map: Map<string, Action[]>, key: string, action: Action): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [action]);
  else list.push(action);
}

/** Only starts and promotions have to wait for fencing or quorum. */
function needsOf(resource: ResourceInstance, task: string): Needs {
  if (task !== 'start' && task !== 'promote') return 'nothing';
  switch (resource.needs) {
    case 'fencing':
    case 'unfencing':
      return 'fencing';
    case 'quorum':
      return 'quorum';
    default:
      return 'nothing';
  }
}

/** Sets or clears `runnable` by node state and quorum. */
export function judgeRunnable(state: ClusterState, action: Action, resource: ResourceInstance): void {
  if (action.flags & ActionFlag.pseudo) return;
  const { node } = action;
  if (node === undefined) {
    action.flags &= ~ActionFlag.runnable;
    return;
  }
  const byLeader = (action.flags & ActionFlag.onLeader) !== 0;
  if (!byLeader && !node.online && (!node.isGuest || node.remoteRequiresReset)) {
    action.flags &= ~ActionFlag.runnable;
    if (resource.managed && action.task === 'stop' && !node.unclean) {
      fenceNode({ state }, node, 'resource actions are unrunnable', false);
    }
    return;
  }
  if (!byLeader && node.pending) {
    action.flags &= ~ActionFlag.runnable;
    return;
  }
  if (action.needs === 'nothing') {
    // What needs nothing may still be impossible on a guest whose host cannot be fenced.
    if (node.isGuest && !canFence(state, node)) action.flags &= ~ActionFlag.runnable;
    else {
      // What was recorded before this judgement is no reason any more.
      action.flags |= ActionFlag.runnable;
      action.reason = undefined;
    }
    return;
  }
  judgeByQuorum(state, action, resource);
}

/** Without quorum, "demote" keeps promotable instances running unpromoted and stops everything else. */
function effectivePolicy(state: ClusterState, resource: ResourceInstance): NoQuorumPolicy {
  if (state.quorate) return 'ignore';
  const policy = state.options.noQuorumPolicy;
  if (policy !== 'demote') return policy;
  if (resource.role !== Role.promoted && resource.role !== Role.unpromoted) return 'stop';
  if (resource.nextRole > Role.unpromoted) {
    resource.nextRole = Role.unpromoted;
    resource.nextRoleReason = 'no-quorum-policy=demote';
  }
  return 'ignore';
}

function judgeByQuorum(state: ClusterState, action: Action, resource: ResourceInstance): void {
  const policy = effectivePolicy(state, resource);
  if (policy === 'stop') {
    action.flags &= ~ActionFlag.runnable;
    action.reason = 'no quorum';
  } else if (policy !== 'freeze') {
    action.flags |= ActionFlag.runnable;
  } else if (!isActive(resource, true) || resource.nextRole > resource.role) {
    // What is active may go on as it is; that makes nothing possible that was not.
    action.flags &= ~ActionFlag.runnable;
    action.reason = 'quorum freeze';
  }
}

/** Whether a resource is active; for collections: all of it, or any part. */
export function isActive(resource: ResourceInstance, all: boolean): boolean {
  if (resource.isPrimitive) {
    for (const node of resource.runningOn) {
      // A remote or lost node's resources count as long as nobody knows better.
      if (!node.online && resource.managed) {
        if (!node.unclean) continue;
        return true;
      }
      return true;
    }
    return false;
  }
  let any = false;
  let every = resource.children.length > 0;
  for (const child of resource.children) {
    if (isActive(child, all)) any = true;
    else every = false;
  }
  return all ? every : any;
}

/** Newest action of a resource with this key, or with this task, on this node (any node if undefined). */
export function findAction(
  resource: ResourceInstance,
  by: { key?: string; task?: string },
  node?: NodeInstance,
): Action | undefined {
  const list =
    by.key !== undefined ? resource.actionsByKey.get(by.key) : resource.actionsByTask.get(by.task ?? '');
  if (list === undefined) return undefined;
  let unplaced: Action | undefined;
  for (let i = list.length - 1; i >= 0; i--) {
    const action = list[i] as Action;
    if (node === undefined || action.node === node) return action;
    if (action.node === undefined) unplaced = action;
  }
  return unplaced;
}

export function stopAction(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance | undefined,
  optional: boolean,
): Action {
  return createAction(state, {
    resource,
    key: resource.key('stop'),
    task: 'stop',
    node,
    optional,
  });
}

export function startAction(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance | undefined,
  optional: boolean,
): Action {
  return createAction(state, {
    resource,
    key: resource.key('start'),
    task: 'start',
    node,
    optional,
  });
}

export function promoteAction(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance | undefined,
  optional: boolean,
): Action {
  return createAction(state, {
    resource,
    key: resource.key('promote'),
    task: 'promote',
    node,
    optional,
  });
}

export function demoteAction(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance | undefined,
  optional: boolean,
): Action {
  return createAction(state, {
    resource,
    key: resource.key('demote'),
    task: 'demote',
    node,
    optional,
  });
}
