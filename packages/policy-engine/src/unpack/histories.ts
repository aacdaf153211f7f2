import type { NodeState, OperationRecord, ResourceHistory } from '@holdfast/model';
import { stopAction } from '../actions/create-action.ts';
import type { OnFail } from '../state/action.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { fenceNode } from './fence-node.ts';
import { findHistoryResource } from './history-resource.ts';
import { readRemoteState } from './node-status.ts';
import { unpackOperation } from './operation-result.ts';
import { rememberRecurring } from './recurring-history.ts';
import { targetRole } from './resource-options.ts';
import { applyHistoryState } from './resource-state.ts';
import { unpackShutdownLock } from './shutdown-lock.ts';
import { sortOperations } from './sort-operations.ts';
import type { UnpackContext } from './unpack-context.ts';

/**
 * Reads all operation histories. A remote node's history counts only once its connection is known to be up,
 * and a guest's once its container is, so nodes are taken in rounds until nothing new becomes readable; then
 * nodes that are down are read too if fencing can deal with what is found there, or what was shut down stays theirs.
 */
export function unpackHistories(context: UnpackContext): void {
  const { state } = context;
  const statuses = state.input.status.nodes;
  const maxRounds = statuses.length + 1;
  for (let round = 0; round < maxRounds; round++) {
    if (!readRound(context, statuses, false)) break;
  }
  readRound(context, statuses, state.options.fencingEnabled || state.options.shutdownLock);
  for (const container of context.stopNeeded) {
    for (const node of container.runningOn) {
      stopAction(state, container, node, false);
      break;
    }
  }
  for (const node of state.nodes) {
    if (node.kind !== 'remote') continue;
    if (node.shutdown && node.connection !== undefined) {
      setNextRole(node.connection, Role.stopped, 'remote shutdown');
    }
    if (!node.unpacked) determineRemoteOnline(node);
  }
}

/** Reads every node that can be read now; true if one was, so that others may have become readable. */
function readRound(context: UnpackContext, statuses: readonly NodeState[], evenIfDown: boolean): boolean {
  const { state } = context;
  for (const status of statuses) {
    const node = state.nodesById.get(status.id) ?? state.nodesByName.get(status.name);
    if (node === undefined || node.unpacked) continue;
    if (!isReadable(context, node, evenIfDown)) continue;
    if (node.kind === 'remote') {
      determineRemoteOnline(node);
      readRemoteState(context, node, status);
    }
    node.unpacked = true;
    for (const history of status.resources) unpackHistory(context, node, history);
    // Only remote nodes can depend on what was just read.
    if (!evenIfDown) return true;
  }
  return false;
}

function isReadable(context: UnpackContext, node: NodeInstance, evenIfDown: boolean): boolean {
  const { options } = context.state;
  // No shutdown lock holds in a guest, and without fencing nothing can be done about what was left there.
  if (evenIfDown) return options.fencingEnabled || !node.isGuest;
  if (node.kind === 'remote') {
    // Without a running connection, and for guests a running container, there is nothing true to read.
    const connection = node.connection;
    if (connection?.role !== Role.started) return false;
    return !node.isGuest || connection.launcher?.role === Role.started;
  }
  // Online nodes first, so that what is active gets the low instance numbers; where what was left on a lost node
  // matters anyway, in the order given.
  return node.online || options.fencingEnabled || options.shutdownLock;
}

/** Being online, for a remote or guest node, means that its connection is. */
export function determineRemoteOnline(node: NodeInstance): void {
  const connection = node.connection;
  if (connection === undefined) {
    node.online = false;
    return;
  }
  const container = connection.launcher;
  // A connection that is about to move is down in between only for a moment.
  if (connection.partialMigrationTarget !== undefined && connection.partialMigrationSource !== undefined) {
    node.online = true;
  }
  if (connection.role === Role.started && connection.nextRole === Role.stopped) node.shutdown = true;
  node.online = connection.role === Role.started;
  if (connection.role === Role.started && connection.nextRole === Role.stopped) node.shutdown = true;
  if (container?.failed) {
    node.online = false;
    node.remoteRequiresReset = true;
  } else if (connection.failed) {
    node.online = false;
  } else if (
    connection.role === Role.stopped ||
    (container !== undefined && container.role === Role.stopped)
  ) {
    node.online = false;
    node.remoteRequiresReset = false;
  } else if (
    container !== undefined &&
    container.role === Role.started &&
    connection.runningOn.length === 1 &&
    connection.runningOn[0]?.unclean &&
    !connection.runningOn[0]?.online
  ) {
    // The member that the connection was on is lost, and the guest with it, wherever its container may be.
    node.online = false;
    node.remoteRequiresReset = true;
  }
}

function unpackHistory(context: UnpackContext, node: NodeInstance, history: ResourceHistory): void {
  const { state } = context;
  if (history.operations.length === 0 && !state.options.shutdownLock) return;
  const resource = findHistoryResource(context, node, history);
  if (resource === undefined) return;
  if (state.options.shutdownLock) unpackShutdownLock(context, history, resource, node);
  const savedRole = resource.role;
  resource.role = Role.unknown;
  const operations = sortOperations(history.operations);
  const reading = { lastFailure: undefined as OperationRecord | undefined, onFail: 'ignore' as OnFail };
  for (const record of operations) unpackOperation(context, resource, node, record, reading);
  rememberRecurring(context, resource, node, operations);
  applyHistoryState(context, resource, node, reading.onFail);
  const wanted = targetRole(resource);
  if (wanted !== undefined && (resource.nextRole === Role.unknown || wanted < resource.nextRole)) {
    setNextRole(resource, wanted, 'target-role');
  }
  if (savedRole > resource.role) resource.role = savedRole;
}

/** Sets the role a resource shall have next, with the reason. */
export function setNextRole(resource: ResourceInstance, role: Role, reason: string): void {
  resource.nextRole = role;
  resource.nextRoleReason = reason;
}

/** Fences a node because of what its history says. */
export function fenceForHistory(context: UnpackContext, node: NodeInstance, reason: string): void {
  fenceNode(context, node, reason, false);
}
