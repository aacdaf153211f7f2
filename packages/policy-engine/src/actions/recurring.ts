import { addOrdering } from '../internal-constraints/add-ordering.ts';
import { orderActions } from '../orderings/order-actions.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { OperationConfig } from '../state/operation-config.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { parseRole, Role } from '../state/role.ts';
import { createAction, operationKey, startAction } from './create-action.ts';

const NEVER_RECURRING = new Set([
  'start',
  'stop',
  'promote',
  'demote',
  'migrate_to',
  'migrate_from',
  'cancel',
  'notify',
  'reload',
  'reload-agent',
]);

/**
 * Recurring operations: those for the role the resource will have run on its node; those for the stopped role
 * run on all other nodes. Operations of roles it no longer has are cancelled.
 *
 * Name and interval identify an operation on a node. If several share both, whatever their roles, their results
 * could not be told apart: none of them is scheduled, and none cancelled.
 */
export function createRecurringActions(state: ClusterState, resource: ResourceInstance): void {
  if (resource.blocked || resource.maintenance) return;
  const node = resource.assignedTo;
  if (node?.maintenance) return;
  let start: Action | undefined;
  if (node !== undefined && (resource.nextRole !== Role.stopped || !resource.managed)) {
    start = startAction(state, resource, node, true);
  }
  const keys = resource.operations.map(({ name, intervalMs }) => operationKey(resource.id, name, intervalMs));
  for (const [i, operation] of resource.operations.entries()) {
    const { name, intervalMs, enabled } = operation;
    if (intervalMs === 0 || NEVER_RECURRING.has(name) || !enabled) continue;
    const key = keys[i] as string;
    if (keys.indexOf(key) !== keys.lastIndexOf(key)) continue;
    const role = parseRole(operation.definition.attributes.role);
    if (role === Role.stopped) createForStopped(state, resource, operation, key);
    else if (start !== undefined && node !== undefined) {
      createForActive(state, resource, { operation, key, role, start, node });
    }
  }
}

function createForActive(
  state: ClusterState,
  resource: ResourceInstance,
  init: { operation: OperationConfig; key: string; role: Role; start: Action; node: NodeInstance },
): void {
  const { operation, key, start, node } = init;
  const role = init.role;
  const optional = isStillActive(resource, node, key, start);
  // Without a role an operation is for every active role but the promoted one.
  const matches = role === Role.unknown ? resource.nextRole !== Role.promoted : role === resource.nextRole;
  if (!matches) {
    if (optional) cancelOtherRole(state, resource, operation, role, node);
    return;
  }
  const monitor = createAction(state, {
    resource,
    key,
    task: operation.name,
    node,
    optional,
    intervalMs: operation.intervalMs,
  });
  monitor.config = operation;
  if ((start.flags & ActionFlag.runnable) === 0 || !node.online || node.unclean) {
    monitor.flags &= ~ActionFlag.runnable;
  }
  if (resource.nextRole === Role.promoted) monitor.meta.set('op_target_rc', '8');
  if (!resource.managed) return;
  const needs = OrderFlag.firstImpliesThen | OrderFlag.unrunnableFirstBlocks;
  const { id } = resource;
  addOrdering(state, { resource, key: `${id}_start_0` }, { action: monitor }, needs);
  addOrdering(state, { resource, key: `${id}_reload-agent_0` }, { action: monitor }, needs);
  const after = OrderFlag.ordered | OrderFlag.unrunnableFirstBlocks;
  if (resource.nextRole === Role.promoted) {
    addOrdering(state, { resource, key: `${id}_promote_0` }, { action: monitor }, after);
  } else if (resource.role === Role.promoted) {
    addOrdering(state, { resource, key: `${id}_demote_0` }, { action: monitor }, after);
  }
}

/** Already running there and nothing restarts it. */
function isStillActive(resource: ResourceInstance, node: NodeInstance, key: string, start: Action): boolean {
  if ((start.flags & ActionFlag.optional) === 0) return false;
  const known = (resource.actionsByKey.get(key) ?? []).filter((action) => action.node === node);
  if (known.length === 0) return false;
  return known.every((action) => (action.flags & ActionFlag.reschedule) === 0);
}

function cancelOtherRole(
  state: ClusterState,
  resource: ResourceInstance,
  operation: OperationConfig,
  role: Role,
  node: NodeInstance,
): void {
  const cancel = cancelAction(state, resource, {
    task: operation.name,
    intervalMs: operation.intervalMs,
    node,
  });
  let after: string | undefined;
  if (role === Role.promoted) after = 'demote';
  else if (resource.nextRole === Role.promoted) after = 'promote';
  else if (resource.nextRole === Role.stopped) after = 'stop';
  if (after === undefined) return;
  addOrdering(
    state,
    { action: cancel },
    { resource, key: `${resource.id}_${after}_0` },
    OrderFlag.unrunnableFirstBlocks,
  );
}

/** Cancels a recurring operation on a node. */
export function cancelAction(
  state: ClusterState,
  resource: ResourceInstance,
  init: { task: string; intervalMs: number; node: NodeInstance },
): Action {
  const key = operationKey(resource.id, init.task, init.intervalMs);
  const action = createAction(state, {
    resource,
    key,
    task: 'cancel',
    node: init.node,
    optional: false,
    intervalMs: init.intervalMs,
  });
  retask(resource, action, 'cancel');
  action.cancelTask = init.task;
  action.meta.set('operation', init.task);
  return action;
}

/** An existing optional operation of the same key turns into its cancellation. */
function retask(resource: ResourceInstance, action: Action, task: string): void {
  if (action.task === task) return;
  const old = resource.actionsByTask.get(action.task);
  old?.splice(old.indexOf(action), 1);
  action.task = task;
  const list = resource.actionsByTask.get(task);
  if (list === undefined) resource.actionsByTask.set(task, [action]);
  else list.push(action);
}

function createForStopped(
  state: ClusterState,
  resource: ResourceInstance,
  operation: OperationConfig,
  key: string,
): void {
  // Instances of anonymous clones cannot be told apart where they are not running.
  if (!resource.unique) return;
  const assigned = resource.assignedTo;
  const { name, intervalMs } = operation;
  if (assigned !== undefined && resource.actionsByKey.get(key)?.some((a) => a.node === assigned)) {
    const cancel = cancelAction(state, resource, { task: name, intervalMs, node: assigned });
    if (resource.nextRole === Role.started || resource.nextRole === Role.unpromoted) {
      addOrdering(
        state,
        { action: cancel },
        { resource, key: `${resource.id}_start_0` },
        OrderFlag.unrunnableFirstBlocks,
      );
    }
  }
  for (const node of state.nodes) {
    if (node === assigned) continue;
    const optional = resource.actionsByKey.get(key)?.some((a) => a.node === node) ?? false;
    const monitor = createAction(state, { resource, key, task: name, node, optional, intervalMs });
    monitor.config = operation;
    monitor.meta.set('op_target_rc', '7');
    if (resource.managed) {
      for (const probe of resource.actionsByKey.get(`${resource.id}_monitor_0`) ?? []) {
        if (probe.node === node) orderActions(probe, monitor, OrderFlag.unrunnableFirstBlocks);
      }
    }
    // Where it is active and cannot be stopped, not being managed, nothing is to be found stopped.
    orderAfterStops(state, resource, node, monitor);
    if (!node.online || node.unclean) monitor.flags &= ~ActionFlag.runnable;
  }
}

function orderAfterStops(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
  monitor: Action,
): void {
  for (const stop of resource.actionsByTask.get('stop') ?? []) {
    if (stop.node !== node) continue;
    const wanted = (monitor.flags & ActionFlag.optional) === 0 || (stop.flags & ActionFlag.optional) === 0;
    if (!wanted) continue;
    if ((stop.flags & ActionFlag.optional) === 0) monitor.flags &= ~ActionFlag.optional;
    if ((stop.flags & ActionFlag.runnable) === 0) monitor.flags &= ~ActionFlag.runnable;
    addOrdering(
      state,
      { action: stop },
      { action: monitor },
      OrderFlag.firstImpliesThen | OrderFlag.unrunnableFirstBlocks,
    );
  }
}
