import type { OperationRecord, ResourceHistory } from '@holdfast/model';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { addRunning } from './resource-state.ts';
import { compareOperations } from './sort-operations.ts';
import type { OperationHistory, UnpackContext } from './unpack-context.ts';

/*
 * A complete live migration is: migrate_to on the source, migrate_from on the target, stop on the source.
 * Without migrate_from it is "partial"; with migrate_from but without the stop it is "dangling". Histories of
 * both nodes are looked at, since the newer one decides.
 *
 * The other node's history is the one under the resource's own name. Instances of anonymous clones have none such: which
 * instance the other node's record is about cannot be told, so what each node says counts for itself.
 */

function historyOn(
  context: UnpackContext,
  nodeName: string,
  resource: ResourceInstance,
): ResourceHistory | undefined {
  return context.histories.get(nodeName)?.get(resource.id);
}

function findRecord(
  context: UnpackContext,
  resource: ResourceInstance,
  query: { operation: string; node: string; partner?: string; rc?: number },
): OperationRecord | undefined {
  return historyOn(context, query.node, resource)?.operations.find((record) => {
    if (record.operation !== query.operation) return false;
    if (query.partner !== undefined) {
      const partner = query.operation === 'migrate_to' ? record.migrateTarget : record.migrateSource;
      if (partner !== query.partner) return false;
    }
    return query.rc === undefined || (record.rcCode === query.rc && record.opStatus === 0);
  });
}

function isNewer(a: OperationRecord, b: OperationRecord, sameNode: boolean): boolean {
  if (a === b) return false;
  if (sameNode) return compareOperations(a, b) > 0;
  const aTime = a.lastRcChange ?? -1;
  const bTime = b.lastRcChange ?? -1;
  // Without both times nothing can be said.
  return aTime >= 0 && bTime >= 0 && aTime > bTime;
}

const STATE_TASKS = new Set(['start', 'stop', 'migrate_to', 'migrate_from']);

/** An operation other than a monitor was executed on the node after the given one. */
function stateChangedAfter(
  context: UnpackContext,
  resource: ResourceInstance,
  nodeName: string,
  record: OperationRecord,
  sameNode: boolean,
): boolean {
  const operations = historyOn(context, nodeName, resource)?.operations ?? [];
  return operations.some(
    (other) => other !== record && STATE_TASKS.has(other.operation) && isNewer(other, record, sameNode),
  );
}

/** The node has newer state than the migration: an operation, or a monitor that found it not running. */
function isOutdated(
  context: UnpackContext,
  resource: ResourceInstance,
  nodeName: string,
  reference: { record: OperationRecord; sameNode: boolean },
): boolean {
  const { record, sameNode } = reference;
  if (stateChangedAfter(context, resource, nodeName, record, sameNode)) return true;
  const monitor = findRecord(context, resource, { operation: 'monitor', node: nodeName, rc: 7 });
  return monitor !== undefined && isNewer(monitor, record, sameNode);
}

/** No result at all for the resource on a node: it will be probed there. */
function isUnknownOn(context: UnpackContext, resource: ResourceInstance, nodeName: string): boolean {
  const operations = historyOn(context, nodeName, resource)?.operations ?? [];
  return !operations.some((record) => record.rcCode !== 193);
}

function partners(history: OperationHistory): { source: string; target: string } | undefined {
  const { migrateSource, migrateTarget } = history.record;
  if (migrateSource === undefined || migrateTarget === undefined) return undefined;
  return { source: migrateSource, target: migrateTarget };
}

/** Recovery by stop and start; no further attempt to migrate. */
function giveUpMigration(resource: ResourceInstance): void {
  resource.failed = true;
  resource.stopByFailure = true;
  resource.allowMigrate = false;
}

export function migrateToSucceeded(context: UnpackContext, history: OperationHistory): void {
  const { resource, node, record } = history;
  const names = partners(history);
  if (names === undefined) return;
  const { state } = context;
  const sourceNewer = stateChangedAfter(context, resource, names.source, record, true);
  const from = findRecord(context, resource, {
    operation: 'migrate_from',
    node: names.target,
    partner: names.source,
  });
  if (from !== undefined && sourceNewer) return;
  const targetNewer = isOutdated(
    context,
    resource,
    names.target,
    from === undefined ? { record, sameNode: false } : { record: from, sameNode: true },
  );
  if (sourceNewer && targetNewer) return;
  if (from !== undefined && from.rcCode === 0 && from.opStatus === 0) {
    resource.role = Role.stopped;
    resource.danglingMigrations.unshift(node);
    return;
  }
  resource.role = Role.started;
  const target = state.nodesByName.get(names.target);
  const activeOnTarget = !targetNewer && target?.online === true;
  if (from !== undefined && from.opStatus !== -1) {
    if (activeOnTarget) addRunning(context, resource, target, true);
    else giveUpMigration(resource);
    return;
  }
  if (target?.online && isUnknownOn(context, resource, names.target)) return;
  if (activeOnTarget) {
    addRunning(context, resource, target, false);
    const source = state.nodesByName.get(names.source);
    if (source?.online) {
      resource.partialMigrationTarget = target;
      resource.partialMigrationSource = source;
    }
  } else if (!sourceNewer) {
    giveUpMigration(resource);
  }
}

export function migrateToFailed(context: UnpackContext, history: OperationHistory): void {
  const { resource, node, record } = history;
  const names = partners(history);
  if (names === undefined) return;
  resource.role = Role.started;
  const from = findRecord(context, resource, {
    operation: 'migrate_from',
    node: names.target,
    partner: names.source,
    rc: 0,
  });
  const reference = from === undefined ? { record, sameNode: false } : { record: from, sameNode: true };
  if (
    !isUnknownOn(context, resource, names.target) &&
    !isOutdated(context, resource, names.target, reference)
  ) {
    const target = context.state.nodesByName.get(names.target);
    if (target?.online) addRunning(context, resource, target, false);
  } else if (!stateChangedAfter(context, resource, names.source, record, true)) {
    resource.danglingMigrations.unshift(node);
  }
}

export function migrateFromFailed(context: UnpackContext, history: OperationHistory): void {
  const { resource, record } = history;
  const names = partners(history);
  if (names === undefined) return;
  resource.role = Role.started;
  const to = findRecord(context, resource, {
    operation: 'migrate_to',
    node: names.source,
    partner: names.target,
    rc: 0,
  });
  const reference = to === undefined ? { record, sameNode: false } : { record: to, sameNode: true };
  if (
    !isUnknownOn(context, resource, names.source) &&
    !isOutdated(context, resource, names.source, reference)
  ) {
    const source = context.state.nodesByName.get(names.source);
    if (source?.online) addRunning(context, resource, source, true);
  }
}
