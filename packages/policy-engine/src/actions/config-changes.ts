import type { OperationRecord, ResourceHistory } from '@holdfast/model';
import { addOrdering } from '../internal-constraints/add-ordering.ts';
import { isAvailable } from '../node-criteria/node-available.ts';
import { ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { failCount } from '../unpack/fail-counts.ts';
import { activeRange } from '../unpack/recurring-history.ts';
import { sortOperations } from '../unpack/sort-operations.ts';
import { scheduleCleanup } from './cleanup.ts';
import { clearFailCount } from './clear-fail-count.ts';
import { createAction, operationKey, stopAction } from './create-action.ts';
import { compareDigests, needsHostAddress } from './digests.ts';
import { unfenceNode } from './fence-action.ts';
import { findOperation } from './operation-meta.ts';
import { cancelAction } from './recurring.ts';
import { scheduleReload } from './reload.ts';

const COMPARED = new Set(['monitor', 'start', 'promote', 'migrate_from']);

/**
 * Compares what was executed with what is configured now: changed parameters restart or reload, removed
 * recurring operations are cancelled, a changed agent is replaced, histories of removed resources deleted.
 */
export function handleConfigurationChanges(state: ClusterState): void {
  const byHistoryId = indexByHistoryId(state);
  for (const node of state.nodes) {
    const { status } = node;
    if (status === undefined) continue;
    // Nothing can be done about nodes that take no actions; in maintenance, monitors are still cancelled.
    if (!isAvailable(node) && !node.maintenance) continue;
    for (const history of status.resources) {
      if (history.operations.length === 0) continue;
      for (const resource of byHistoryId.get(history.id) ?? []) {
        handleHistory(state, resource, node, history);
      }
    }
  }
}

function indexByHistoryId(state: ClusterState): Map<string, ResourceInstance[]> {
  const index = new Map<string, ResourceInstance[]>();
  for (const resource of state.allResources) {
    if (!resource.isPrimitive) continue;
    // An instance without any history has nothing in common with the others but the name.
    const names = new Set([resource.id, isNamedByHistory(resource) ? resource.historyId : resource.id]);
    for (const name of names) {
      const list = index.get(name);
      if (list === undefined) index.set(name, [resource]);
      else list.push(resource);
    }
  }
  return index;
}

function isNamedByHistory(resource: ResourceInstance): boolean {
  const top = resource.top();
  return resource.historyKnown || !top.isClone || top.unique;
}

function handleHistory(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
  history: ResourceHistory,
): void {
  if (resource.removed) {
    // Surplus instances of anonymous clones share their history with the others.
    const top = resource.top();
    const anonymous = top.isClone && !top.unique;
    if (!anonymous && resource.managed) scheduleCleanup(state, resource, node, false);
    return;
  }
  const running = resource.runningOn.includes(node);
  const changed = agentChanged(resource, history);
  if (!running) {
    if (changed) scheduleCleanup(state, resource, node, false);
    return;
  }
  if (changed) {
    unfenceForDevice(state, resource, node, 'Device definition changed');
    stopAction(state, resource, node, false);
    scheduleCleanup(state, resource, node, false);
    resource.startPending = true;
  }
  const operations = sortOperations(history.operations);
  const { startIndex, stopIndex } = activeRange(operations);
  if (startIndex < stopIndex) return;
  const active = operations.slice(Math.max(0, startIndex));
  keepKnownToRun(state, active);
  for (const record of active) handleRecord(state, resource, node, record);
}

/**
 * A recurring operation whose result is a forgotten failure is scheduled anew, unless an earlier result since the start
 * is there, too: then it is known to run, and will tell when it fails again.
 */
function keepKnownToRun({ expiredRecurring }: ClusterState, active: readonly OperationRecord[]): void {
  if (expiredRecurring.size === 0) return;
  const seen = new Set<string>();
  for (const record of active) {
    if (seen.has(record.operationKey)) expiredRecurring.delete(record);
    seen.add(record.operationKey);
  }
}

function agentChanged(resource: ResourceInstance, history: ResourceHistory): boolean {
  return (
    history.class !== resource.standard ||
    (history.provider ?? '') !== (resource.provider ?? '') ||
    history.type !== resource.agent
  );
}

function handleRecord(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
  record: OperationRecord,
): void {
  const { operation: task, intervalMs } = record;
  if (intervalMs > 0 && (resource.maintenance || node.maintenance)) {
    scheduleCancel(state, resource, node, record);
    return;
  }
  if (intervalMs === 0 && !COMPARED.has(task)) return;
  if (needsHostAddress(resource)) {
    state.deferredChecks.push({ resource, node, record });
    return;
  }
  checkDefinition(state, resource, node, record);
}

/** Checks that had to wait for the placement. */
export function handleDeferredChanges(state: ClusterState): void {
  for (const { resource, node, record } of state.deferredChecks) {
    checkDefinition(state, resource, node, record);
  }
  for (const { resource, node, record } of state.deferredFailures) {
    const verdict = compareDigests(state, resource, node, record, { privateCounts: true });
    if (verdict === 'restart' || verdict === 'changed')
      clearFailCount(state, resource, node, 'resource parameters have changed');
  }
}

function checkDefinition(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
  record: OperationRecord,
): void {
  if (definitionChanged(state, resource, node, record)) {
    if (failCount(state, resource, node, { effective: true }).count !== 0) {
      clearFailCount(state, resource, node, 'action definition changed');
    }
  }
}

function scheduleCancel(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
  record: OperationRecord,
): void {
  const cancel = cancelAction(state, resource, {
    task: record.operation,
    intervalMs: record.intervalMs,
    node,
  });
  cancel.meta.set('call_id', String(record.callId));
  addOrdering(
    state,
    { resource, key: operationKey(resource.id, 'stop', 0) },
    { action: cancel },
    OrderFlag.ordered,
  );
}

/** True if the operation's definition is no longer what it was; schedules what follows from that. */
function definitionChanged(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
  record: OperationRecord,
): boolean {
  const { operation: task, intervalMs } = record;
  if (intervalMs > 0 && findOperation(resource, task, intervalMs, false) === undefined) {
    if (state.options.cancelRemovedActions) scheduleCancel(state, resource, node, record);
    return true;
  }
  const forgotten = state.expiredRecurring.has(record);
  const verdict = forgotten ? 'changed' : compareDigests(state, resource, node, record);
  switch (verdict) {
    case 'match':
      return false;
    case 'unknown':
    case 'restart':
      if (intervalMs > 0) reschedule(state, resource, node, record);
      else forceRestart(state, resource, record);
      if (intervalMs === 0) unfenceForDevice(state, resource, node, 'Device parameters changed');
      return true;
    case 'changed':
      if (intervalMs > 0) reschedule(state, resource, node, record);
      else {
        unfenceForDevice(state, resource, node, 'Device parameters changed (reload)');
        scheduleReload(state, resource, node);
      }
      return true;
  }
}

/** Nodes unfenced with the old definition of a device are unfenced again. */
function unfenceForDevice(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
  reason: string,
): void {
  if (resource.fenceDevice) unfenceNode(state, node, reason);
}

function reschedule(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
  record: OperationRecord,
): void {
  const { operation: task, intervalMs } = record;
  unfenceForDevice(state, resource, node, 'Device parameters changed (reschedule)');
  const key = operationKey(resource.id, task, intervalMs);
  const action = createAction(state, { resource, key, task, node, optional: true, intervalMs });
  action.flags |= ActionFlag.reschedule;
}

function forceRestart(state: ClusterState, resource: ResourceInstance, record: OperationRecord): void {
  // Monitors, promotions and migrations were run with the parameters of the start.
  const task = record.operation === 'start' ? record.operation : 'start';
  const key = operationKey(resource.id, task, 0);
  const action = createAction(state, { resource, key, task, optional: false });
  action.reason = 'resource definition change';
}
