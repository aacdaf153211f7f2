import { addOrdering } from '../internal-constraints/add-ordering.ts';
import { orderActions } from '../orderings/order-actions.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { createAction, findAction } from './create-action.ts';
import { canFence, createFencing } from './fence-action.ts';
import { notifyAfterFencing } from './notifications.ts';

/**
 * Fences unclean nodes and shuts down those that asked for it. The leader comes last, so that nobody has to
 * take over in the middle; without concurrent fencing the others form a chain.
 */
export function scheduleFencingAndShutdowns(state: ClusterState): void {
  const haveManaged = state.resources.some(isManagedSomewhere);
  const fencings: Action[] = [];
  const shutdowns: Action[] = [];
  let leaderDown: Action | undefined;
  for (const node of state.nodes) {
    if (node.isGuest) {
      if (node.remoteRequiresReset && haveManaged && canFence(state, node)) fenceGuest(state, node);
      continue;
    }
    if (haveManaged && node.unclean && canFence(state, node)) {
      const fencing = createFencing(state, node, {
        optional: false,
        reason: 'node is unclean',
        priorityDelay: false,
      });
      orderAroundFencing(state, fencing);
      node.fenceAction = fencing;
      if (node.isDc) leaderDown = fencing;
      else {
        const last = fencings.at(-1);
        if (!state.options.concurrentFencing && last) orderActions(last, fencing, OrderFlag.ordered);
        fencings.push(fencing);
      }
    } else if (node.shutdown && node.online && node.kind === 'cluster') {
      const down = createShutdown(state, node);
      if (node.isDc) leaderDown = down;
      else shutdowns.push(down);
    }
  }
  if (leaderDown === undefined) return;
  if (leaderDown.task === 'do_shutdown') {
    for (const down of shutdowns) orderActions(down, leaderDown, OrderFlag.ordered);
  }
  const before = state.options.concurrentFencing ? fencings : fencings.slice(-1);
  for (const fencing of before) orderActions(fencing, leaderDown, OrderFlag.ordered);
}

function isManagedSomewhere(resource: ResourceInstance): boolean {
  return resource.managed || resource.children.some(isManagedSomewhere);
}

function createShutdown(state: ClusterState, node: NodeInstance): Action {
  const down = createAction(state, {
    key: `do_shutdown-${node.name}`,
    task: 'do_shutdown',
    node,
    optional: false,
  });
  for (const action of state.actions) {
    const { resource } = action;
    if (action.task !== 'stop' || action.node !== node || resource === undefined) continue;
    if (resource.maintenance || node.maintenance) continue;
    // What nobody may touch does not hold up the shutdown.
    if (!resource.managed && !resource.blocked) continue;
    action.flags &= ~ActionFlag.optional;
    addOrdering(state, { action }, { action: down }, OrderFlag.ordered | OrderFlag.unrunnableFirstBlocks);
  }
  down.meta.set('op_no_wait', 'true');
  return down;
}

/** Stops of what ran on a fenced node are implied; starts elsewhere wait for the fencing. */
export function orderAroundFencing(state: ClusterState, fencing: Action): void {
  for (const resource of state.resources) orderResource(state, resource, fencing);
}

function orderResource(state: ClusterState, resource: ResourceInstance, fencing: Action): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) orderResource(state, child, fencing);
    return;
  }
  if (!resource.managed) return;
  orderStarts(resource, fencing);
  orderStops(state, resource, fencing);
}

/** Instances of an anonymous clone speak for each other, members of different instances of a cloned group do not. */
function isKnown(resource: ResourceInstance, node: NodeInstance): boolean {
  if (resource.knownOn.has(node.index)) return true;
  const clone = resource.unique ? undefined : resource.parent;
  return clone?.isClone === true && clone.knownOn.has(node.index);
}

function orderStarts(resource: ResourceInstance, fencing: Action): void {
  const target = fencing.node as NodeInstance;
  for (const action of resource.actions) {
    if (action.needs === 'fencing') orderActions(fencing, action, OrderFlag.ordered);
    else if (
      action.needs === 'quorum' &&
      action.task === 'start' &&
      resource.allowed.has(target.index) &&
      !isKnown(resource, target)
    ) {
      // It may be active there without anybody knowing.
      orderActions(fencing, action, OrderFlag.ordered | OrderFlag.unrunnableFirstBlocks);
    }
  }
}

function orderStops(state: ClusterState, resource: ResourceInstance, fencing: Action): void {
  const target = fencing.node as NodeInstance;
  // What is inside a bundle ends with its container, whose stop waits for the fencing.
  const bundled = resource.top().parent?.bundle?.child === resource.top();
  const afterFencing = resource.needs === 'fencing' || resource.needs === 'unfencing' || target.isGuest;
  const top = resource.top();
  for (const action of [...(resource.actionsByTask.get('stop') ?? [])]) {
    if (action.node !== target) continue;
    action.flags |= ActionFlag.pseudo | ActionFlag.runnable;
    if (afterFencing) {
      if (!bundled) orderActions(fencing, action, OrderFlag.guestAllowed);
      // What is active on several nodes has several stops: one waits for the fencing of every node.
      const parentStop = findAction(top, { task: 'stop' });
      if (parentStop !== undefined) orderActions(fencing, parentStop, OrderFlag.guestAllowed);
    }
    if (resource.notify) notifyAfterFencing(state, resource, action, fencing);
  }
  for (const action of resource.actionsByTask.get('demote') ?? []) {
    if (action.node !== target) continue;
    if (target.online && !target.unclean && !resource.failed) continue;
    action.flags |= ActionFlag.pseudo | ActionFlag.runnable;
    if (!bundled && afterFencing) orderActions(fencing, action, OrderFlag.guestAllowed | OrderFlag.ordered);
  }
}

/** A guest is "fenced" by the stop of its container; a mark stands for it. */
function fenceGuest(state: ClusterState, node: NodeInstance): void {
  const container = node.connection?.launcher;
  const stop = container && findAction(container, { task: 'stop' });
  const restarts = container !== undefined && findAction(container, { task: 'start' }) !== undefined;
  const fencing = createFencing(state, node, {
    operation: restarts ? 'reboot' : 'off',
    optional: false,
    reason: 'guest is unclean',
    priorityDelay: false,
  });
  fencing.flags |= ActionFlag.pseudo | ActionFlag.runnable;
  const implied = OrderFlag.unrunnableFirstBlocks | OrderFlag.firstImpliesThen;
  if (stop !== undefined && (stop.flags & ActionFlag.pseudo) !== 0 && stop.node !== undefined) {
    const hostFencing = createFencing(state, stop.node, { optional: false, priorityDelay: false });
    orderActions(hostFencing, fencing, implied);
  } else if (stop !== undefined) {
    orderActions(stop, fencing, implied);
  } else {
    const disconnect = node.connection && findAction(node.connection, { task: 'stop' });
    if (disconnect !== undefined) orderActions(disconnect, fencing, OrderFlag.ordered);
  }
  orderAroundFencing(state, fencing);
}
