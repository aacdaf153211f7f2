import { operationKey } from '../actions/create-action.ts';
import { currentNode } from '../assign/current-node.ts';
import { addOrdering } from '../internal-constraints/add-ordering.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { fenceNode } from '../unpack/fence-node.ts';

/*
 * What happens on a remote or guest node needs the connection to it: it starts after the connection and stops
 * before it. If the connection cannot come back, what is active behind it can only be ended by fencing.
 */
export function orderRemoteActions(state: ClusterState): void {
  if (!state.haveRemoteNodes) return;
  // What is found may add actions; those are not on remote nodes.
  const actions = [...state.actions].reverse();
  for (const action of actions) {
    const { resource, node } = action;
    if (resource === undefined) continue;
    if (resource.isRemoteConnection && action.task === 'clear_failcount') {
      orderAround(state, { action }, { resource, task: 'start' }, OrderFlag.ordered);
      continue;
    }
    if (node === undefined || node.kind !== 'remote' || action.is(ActionFlag.pseudo)) continue;
    const connection = node.connection;
    if (connection === undefined) continue;
    if (action.task === 'start') stopElsewhereAfterConnection(state, connection, action);
    if (connection.launcher !== undefined) orderInGuest(state, connection, connection.launcher, action);
    else orderOnRemote(state, connection, action);
  }
}

interface Operation {
  readonly resource: ResourceInstance;
  readonly task: string;
}

function orderAround(
  state: ClusterState,
  first: { action: Action } | Operation,
  second: { action: Action } | Operation,
  flags: number,
): void {
  addOrdering(state, side(first), side(second), flags);
}

function side(
  one: { action: Action } | Operation,
): { action: Action } | { resource: ResourceInstance; key: string } {
  if ('action' in one) return one;
  return { resource: one.resource, key: operationKey(one.resource.id, one.task, 0) };
}

function afterStart(state: ClusterState, resource: ResourceInstance, action: Action, extra: number): void {
  orderAround(state, { resource, task: 'start' }, { action }, OrderFlag.unrunnableFirstBlocks | extra);
}

function beforeStop(state: ClusterState, action: Action, resource: ResourceInstance, extra: number): void {
  orderAround(state, { action }, { resource, task: 'stop' }, OrderFlag.thenImpliesFirst | extra);
}

/** What moves to a remote node is left running where it is until the connection is up. */
function stopElsewhereAfterConnection(
  state: ClusterState,
  connection: ResourceInstance,
  start: Action,
): void {
  for (const stop of start.resource?.actionsByTask.get('stop') ?? []) {
    if (stop.node === start.node) continue;
    orderAround(state, { resource: connection, task: 'start' }, { action: stop }, OrderFlag.ordered);
  }
}

type ConnectionState = 'alive' | 'resting' | 'unknown' | 'stopped' | 'failed';

/** Whether a remote node can be reached: now, again soon, or not at all. */
export function connectionState(node: NodeInstance): ConnectionState {
  const connection = node.connection as ResourceInstance;
  const host = currentNode(connection);
  if (connection.nextRole === Role.stopped || connection.assignedTo === undefined) {
    if (host?.unclean) return 'failed';
    if (!connection.failed) return 'stopped';
    const waits = connection.remoteReconnectMs !== 0 && node.remoteWasFenced && !node.shutdown;
    return connection.nextRole === Role.stopped && waits ? 'unknown' : 'failed';
  }
  if (host === undefined) return 'unknown';
  if (host.unclean || !host.online) return 'resting';
  const migrating =
    connection.runningOn.length > 1 &&
    connection.partialMigrationSource !== undefined &&
    connection.partialMigrationTarget !== undefined;
  return migrating ? 'resting' : 'alive';
}

function orderOnRemote(state: ClusterState, connection: ResourceInstance, action: Action): void {
  const node = action.node as NodeInstance;
  const reach = connectionState(node);
  switch (action.task) {
    case 'start':
    case 'promote':
      // A failed connection is recovered together with what needs it.
      afterStart(state, connection, action, reach === 'failed' ? OrderFlag.firstImpliesThen : 0);
      return;
    case 'stop':
      if (reach === 'alive') beforeStop(state, action, connection, 0);
      else if (reach === 'failed') {
        fenceNode({ state }, node, 'resources are active but connection is unrecoverable', false);
      } else if (connection.nextRole === Role.stopped) beforeStop(state, action, connection, 0);
      else afterStart(state, connection, action, 0);
      return;
    case 'migrate_to':
      // What leaves alive does so over the connection there is, and before that stops or moves itself.
      if (reach === 'alive' || reach === 'stopped') beforeStop(state, action, connection, 0);
      else afterStart(state, connection, action, 0);
      return;
    case 'demote':
      if (reach === 'resting' || reach === 'unknown') afterStart(state, connection, action, 0);
      return;
  }
  if (action.intervalMs > 0) {
    afterStart(state, connection, action, OrderFlag.firstImpliesThen);
    return;
  }
  if (action.task === 'monitor' && reach === 'failed') {
    fenceNode({ state }, node, 'resources are in unknown state and connection is unrecoverable', false);
  }
  if (currentNode(connection) !== undefined && reach === 'stopped') {
    beforeStop(state, action, connection, OrderFlag.unrunnableFirstBlocks);
  } else afterStart(state, connection, action, 0);
}

function orderInGuest(
  state: ClusterState,
  connection: ResourceInstance,
  container: ResourceInstance,
  action: Action,
): void {
  if (container.failed) fenceNode({ state }, action.node as NodeInstance, 'container failed', false);
  switch (action.task) {
    case 'start':
    case 'promote':
      afterStart(state, container, action, OrderFlag.firstImpliesThen);
      afterStart(state, connection, action, 0);
      return;
    case 'stop':
    case 'demote':
      // A failed container takes everything in it down.
      if (!container.failed) beforeStop(state, action, connection, 0);
      return;
    case 'cancel':
      // A monitor that will not run again needs no connection to be forgotten.
      return;
  }
  afterStart(state, connection, action, action.intervalMs > 0 ? OrderFlag.firstImpliesThen : 0);
}
