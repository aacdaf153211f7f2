import { addOrdering } from '../internal-constraints/add-ordering.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { createAction, operationKey, startAction, stopAction } from './create-action.ts';

/**
 * Whether a resource may be moved alive: wanted, healthy, outside bundles, not promoted, and running on a clean node.
 * Instances of clones may, if they move at all.
 */
export function canMigrate(resource: ResourceInstance, current: NodeInstance): boolean {
  if (!resource.allowMigrate || !resource.managed || resource.failed) return false;
  if (resource.nextRole !== Role.started && resource.nextRole !== Role.unpromoted) return false;
  if (resource.startPending || resource.runningOn.length === 0) return false;
  return !current.unclean && !resource.top(true).isBundle;
}

/** A migration of which the target is up but the source was not stopped: stop there. */
export function abortDanglingMigration(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
): void {
  const stop = stopAction(state, resource, node, false);
  stop.flags |= ActionFlag.migrationAbort;
}

/**
 * Live migration: migrate_to on the source, migrate_from on the target, stop on the source, and a start that
 * is only a mark. If something turns out to prevent it, the plain stop and start take over.
 */
export function createMigrationActions(
  state: ClusterState,
  resource: ResourceInstance,
  current: NodeInstance,
): void {
  const target = resource.assignedTo;
  if (target === undefined) return;
  const start = startAction(state, resource, target, true);
  const stop = stopAction(state, resource, current, true);
  start.flags |= ActionFlag.migratable | ActionFlag.pseudo;
  stop.flags |= ActionFlag.migratable;
  const create = (task: string, node: NodeInstance): Action => {
    const key = operationKey(resource.id, task, 0);
    const action = createAction(state, { resource, key, task, node, optional: true });
    action.flags |= ActionFlag.migratable;
    action.needs = start.needs;
    return action;
  };
  const partial = resource.partialMigrationTarget !== undefined;
  const to = partial ? undefined : create('migrate_to', current);
  const from = create('migrate_from', target);
  const key = (task: string): { resource: ResourceInstance; key: string } => ({
    resource,
    key: operationKey(resource.id, task, 0),
  });
  const implied = OrderFlag.ordered | OrderFlag.unmigratableThenBlocks;
  addOrdering(
    state,
    key('monitor'),
    key(to === undefined ? 'migrate_from' : 'migrate_to'),
    OrderFlag.ordered,
  );
  if (to !== undefined) addOrdering(state, key('migrate_to'), key('migrate_from'), implied);
  addOrdering(state, key('migrate_from'), key('stop'), implied);
  addOrdering(state, key('migrate_from'), key('start'), implied | OrderFlag.firstElseThen);
  for (const action of to === undefined ? [from] : [to, from]) {
    action.meta.set('migrate_source', current.name);
    action.meta.set('migrate_target', target.name);
  }
  if (to !== undefined && !resource.isRemoteConnection) {
    // What is recorded as pending tells the next leader of a migration under way.
    to.meta.set('record-pending', 'true');
  }
}
