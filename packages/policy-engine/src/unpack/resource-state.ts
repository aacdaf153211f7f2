import { INFINITY_SCORE } from '@holdfast/model';
import { demoteAction, stopAction } from '../actions/create-action.ts';
import { adjustScore } from '../node-criteria/locations.ts';
import { ActionFlag, type OnFail } from '../state/action.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { fenceNode } from './fence-node.ts';
import { setNextRole } from './histories.ts';
import type { UnpackContext } from './unpack-context.ts';

/** Puts the outcome of a node's history into effect: where the resource runs, and what its failures ask for. */
export function applyHistoryState(
  context: UnpackContext,
  resource: ResourceInstance,
  node: NodeInstance,
  asked: OnFail,
): void {
  const knownActive = resource.role > Role.stopped;
  if (resource.role !== Role.unknown) {
    for (let r: ResourceInstance | undefined = resource; r !== undefined; r = r.parent) {
      r.knownOn.add(node.index);
      if (r.unique) break;
    }
  }
  if (knownActive && !node.online && !node.maintenance && resource.managed) {
    fenceBecauseActive(context, resource, node);
  }
  // A node that is fenced anyway needs no other reaction.
  const onFail = node.unclean ? 'ignore' : asked;
  react(context, resource, node, onFail, knownActive);
  if (resource.failed && resource.isRemoteConnection) {
    const remote = context.state.nodesByName.get(resource.id);
    if (remote?.unclean) remote.unseen = false;
  }
  if (resource.role > Role.stopped) {
    addRunning(context, resource, node, asked !== 'ignore');
    if (onFail === 'demote' || onFail === 'block') resource.failed = true;
    else if (onFail !== 'ignore') {
      resource.failed = true;
      resource.stopByFailure = true;
    }
  } else {
    forgetNumber(resource);
    // Stopped here after all: stops wanted on the way are not.
    for (const stop of resource.actionsByTask.get('stop') ?? []) {
      if (stop.node === node) stop.flags |= ActionFlag.optional;
    }
  }
  if (
    resource.role === Role.stopped &&
    resource.partialMigrationSource === node &&
    resource.partialMigrationTarget !== undefined &&
    resource.runningOn.length > 0
  ) {
    // Stopped on the source of a partial migration is not stopped on the target.
    resource.role = Role.started;
  }
}

/** Old histories name instances by number; the number of a stopped one says nothing about who starts next. */
function forgetNumber(resource: ResourceInstance): void {
  if (!resource.historyKnown || resource.unique || !resource.historyId.includes(':')) return;
  resource.historyKnown = false;
  resource.historyId = resource.configured.id;
}

function fenceBecauseActive(context: UnpackContext, resource: ResourceInstance, node: NodeInstance): void {
  let reason = `${resource.id} is thought to be active there`;
  if (node.isGuest) {
    resource.failed = true;
    resource.stopByFailure = true;
  } else if (!context.state.options.fencingEnabled) {
    return;
  } else if (node.isRemote && node.connection !== undefined && !node.connection.failed) {
    // Fenced only if the connection cannot be made from elsewhere.
    node.unseen = true;
    reason =
      `${resource.id} is active there ` +
      '(fencing will be revoked if remote connection can be re-established elsewhere)';
  }
  fenceNode(context, node, reason, false);
}

function react(
  context: UnpackContext,
  resource: ResourceInstance,
  node: NodeInstance,
  onFail: OnFail,
  knownActive: boolean,
): void {
  const { state } = context;
  switch (onFail) {
    case 'ignore':
      return;
    case 'demote':
      resource.failed = true;
      demoteAction(state, resource, node, false);
      return;
    case 'fence':
      fenceNode(context, node, `${resource.id} failed there`, false);
      return;
    case 'standby':
      node.standby = true;
      node.standbyOnFail = true;
      return;
    case 'block':
      resource.managed = false;
      resource.blocked = true;
      return;
    case 'ban':
      adjustScore(resource, node, -INFINITY_SCORE, 'failed with on-fail=migrate');
      return;
    case 'stop':
      setNextRole(resource, Role.stopped, 'on-fail=stop');
      return;
    case 'restart':
      if (knownActive) {
        resource.failed = true;
        resource.stopByFailure = true;
        stopAction(state, resource, node, false);
      }
      return;
    case 'restart-container':
      restartContainer(context, resource, node, knownActive);
      return;
    case 'reset-remote':
      resetRemote(context, resource, node);
  }
}

function restartContainer(
  context: UnpackContext,
  resource: ResourceInstance,
  node: NodeInstance,
  knownActive: boolean,
): void {
  resource.failed = true;
  resource.stopByFailure = true;
  const container = resource.launcher;
  if (container !== undefined && resource.top(true).isBundle) {
    // Where the container runs may not be known yet.
    context.stopNeeded.unshift(container);
  } else if (container !== undefined) {
    stopAction(context.state, container, node, false);
  } else if (knownActive) {
    stopAction(context.state, resource, node, false);
  }
}

function resetRemote(context: UnpackContext, resource: ResourceInstance, node: NodeInstance): void {
  const { state } = context;
  resource.failed = true;
  resource.stopByFailure = true;
  if (state.options.fencingEnabled && resource.isRemoteConnection) {
    const remote = state.nodesByName.get(resource.id);
    if (remote?.isRemote && !remote.remoteWasFenced) {
      fenceNode(context, remote, 'remote connection is unrecoverable', false);
    }
  }
  if (resource.role > Role.stopped) stopAction(state, resource, node, false);
  // Stay down until the failure is cleared by the reconnect delay.
  if (resource.remoteReconnectMs !== 0) setNextRole(resource, Role.stopped, 'remote reset');
}

/** Notes that a resource is active on a node, and what follows from that for it and its parents. */
export function addRunning(
  context: UnpackContext,
  resource: ResourceInstance,
  node: NodeInstance,
  failed: boolean,
): void {
  if (resource.runningOn.includes(node)) return;
  resource.runningOn.push(node);
  if (resource.isPrimitive) {
    node.running.push(resource);
    addNodePriority(resource, node, failed);
    if (node.maintenance) {
      resource.managed = false;
      resource.maintenance = true;
    }
  }
  if (!resource.managed) {
    // It will stay. What contains it is active there, too, but not tied to the node by that.
    adjustScore(resource, node, INFINITY_SCORE, 'not managed');
    for (let outer = resource.parent; outer !== undefined; outer = outer.parent) {
      if (!outer.runningOn.includes(node)) outer.runningOn.push(node);
    }
    return;
  }
  if (resource.isPrimitive && isMultiplyActive(resource)) applyMultipleActive(resource);
  if (resource.parent !== undefined) addRunning(context, resource.parent, node, false);
}

function addNodePriority(resource: ResourceInstance, node: NodeInstance, failed: boolean): void {
  if (resource.priority === 0 || failed) return;
  const priority = resource.role === Role.promoted ? resource.priority + 1 : resource.priority;
  node.priority += priority;
  for (const host of node.connection?.launcher?.runningOn ?? []) host.priority += priority;
}

/** Active on more than one node other than by a live migration half done. */
export function isMultiplyActive(resource: ResourceInstance): boolean {
  return resource.runningOn.length > 1 && !isMidMigration(resource);
}

function isMidMigration(resource: ResourceInstance): boolean {
  const { partialMigrationSource: source, partialMigrationTarget: target, runningOn } = resource;
  return (
    source !== undefined &&
    target !== undefined &&
    runningOn.length === 2 &&
    runningOn.includes(source) &&
    runningOn.includes(target)
  );
}

function applyMultipleActive(resource: ResourceInstance): void {
  switch (resource.multipleActive) {
    case 'stop_only':
      resource.allowed.banAll('multiple-active=stop_only');
      return;
    case 'block':
      resource.managed = false;
      resource.blocked = true;
      blockSiblings(resource);
      return;
    case 'stop_unexpected':
      resource.stopUnexpected = true;
  }
}

/** A group or bundle with multiple-active=block is blocked as a whole. */
function blockSiblings(resource: ResourceInstance): void {
  const parent = resource.parent;
  if (parent === undefined || parent.multipleActive !== 'block') return;
  if (!parent.isGroup && !parent.isBundle) return;
  for (const sibling of parent.children) {
    sibling.managed = false;
    sibling.blocked = true;
  }
}
