import { activeNodes } from '../assign/current-node.ts';
import { orderActions } from '../orderings/order-actions.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { setNextRole } from '../unpack/histories.ts';
import { scheduleCleanup } from './cleanup.ts';
import { demoteAction, findAction, promoteAction, startAction, stopAction } from './create-action.ts';
import { createFencing, unfenceNode } from './fence-action.ts';
import { abortDanglingMigration, canMigrate, createMigrationActions } from './migration.ts';
import { createRecurringActions } from './recurring.ts';

/** What there is to do for one primitive. */
export function createPrimitiveActions(state: ClusterState, resource: ResourceInstance): void {
  if (resource.nextRole === Role.unknown) {
    setNextRole(resource, resource.assignedTo === undefined ? Role.stopped : Role.started, 'assignment');
  }
  const active = activeNodes(resource);
  const { current } = active;
  for (const node of resource.danglingMigrations) abortDanglingMigration(state, resource, node);
  const plan = planMove(resource, current, active);
  const { allowMigrate } = plan;
  let { needStop } = plan;
  let needPromote = false;
  if (resource.startPending) {
    // A start in progress is waited for.
    startAction(state, resource, resource.assignedTo, true).flags |= ActionFlag.alwaysInGraph;
  }
  if (!plan.moving) {
    if (resource.failed) {
      if (resource.stopByFailure) needStop = true;
      else if (resource.nextRole === Role.promoted) needPromote = true;
    } else if (resource.blocked) needStop = true;
    else if (resource.role > Role.started && current !== undefined && resource.assignedTo !== undefined) {
      const start = startAction(state, resource, resource.assignedTo, true);
      if ((start.flags & ActionFlag.optional) === 0) needStop = true;
    }
  }
  // What is not managed is neither stopped nor started, so nothing that depends on it restarts for it.
  if (!resource.managed) needStop = false;
  scheduleRestart(state, resource, current, needStop, needPromote);
  scheduleRoleChange(state, resource);
  createRecurringActions(state, resource);
  if (allowMigrate && current !== undefined) createMigrationActions(state, resource, current);
}

interface MovePlan {
  readonly moving: boolean;
  readonly allowMigrate: boolean;
  readonly needStop: boolean;
}

/** Whether it moves, may migrate live, or is active in too many places. */
function planMove(
  resource: ResourceInstance,
  current: NodeInstance | undefined,
  active: { all: number; clean: number },
): MovePlan {
  const assigned = resource.assignedTo;
  const moving =
    current !== undefined &&
    assigned !== undefined &&
    current !== assigned &&
    resource.nextRole >= Role.started;
  let allowMigrate = moving && canMigrate(resource, current);
  let needStop = moving;
  const { partialMigrationSource: source, partialMigrationTarget: target } = resource;
  let multiplyActive = false;
  if (
    source !== undefined &&
    target !== undefined &&
    allowMigrate &&
    current === source &&
    assigned === target
  ) {
    // The migration goes on as it began.
  } else if (source !== undefined || target !== undefined) {
    needStop = true;
    resource.partialMigrationSource = undefined;
    resource.partialMigrationTarget = undefined;
    allowMigrate = false;
  } else if (resource.needs === 'fencing' || resource.needs === 'unfencing') {
    multiplyActive = active.all > 1;
  } else {
    // What does not need fencing is not considered active on unclean nodes.
    multiplyActive = active.clean > 1;
  }
  resource.stopUnexpected = false;
  if (multiplyActive) {
    if (resource.multipleActive === 'stop_start') needStop = true;
    else if (resource.multipleActive === 'stop_unexpected') {
      needStop = true;
      resource.stopUnexpected = true;
    }
  }
  return { moving, allowMigrate, needStop };
}

/** Next role on the way from one role to another, and what takes it there. */
function nextStep(from: Role, to: Role): Role {
  switch (from) {
    case Role.unknown:
      return Role.stopped;
    case Role.stopped:
      if (to <= Role.stopped) return Role.stopped;
      return to === Role.started ? Role.started : Role.unpromoted;
    case Role.started:
      if (to <= Role.stopped) return Role.stopped;
      return to;
    case Role.unpromoted:
      if (to === Role.promoted || to === Role.unpromoted) return to;
      return Role.stopped;
    case Role.promoted:
      return to === Role.promoted ? Role.promoted : Role.unpromoted;
  }
}

function takeStep(
  state: ClusterState,
  resource: ResourceInstance,
  init: { from: Role; to: Role; node: NodeInstance | undefined; optional: boolean },
): void {
  const { from, to, node, optional } = init;
  if (to === from) return;
  if (to === Role.promoted) promote(state, resource, node, optional);
  else if (from === Role.promoted) demote(state, resource, optional);
  else if (to === Role.stopped) stop(state, resource, optional);
  else if (from === Role.stopped) start(state, resource, node, optional);
}

/** Down to stopped where it is and up again to the same role where it will be; optional unless needed. */
function scheduleRestart(
  state: ClusterState,
  resource: ResourceInstance,
  current: NodeInstance | undefined,
  needStop: boolean,
  needPromote: boolean,
): void {
  resource.restarting = true;
  let role = resource.role;
  while (role !== Role.stopped) {
    const to = nextStep(role, Role.stopped);
    takeStep(state, resource, { from: role, to, node: current, optional: !needStop });
    role = to;
  }
  while (resource.role <= resource.nextRole && role !== resource.role && !resource.blocked) {
    const to = nextStep(role, resource.role);
    const required = needStop || (to === Role.promoted && needPromote);
    takeStep(state, resource, { from: role, to, node: resource.assignedTo, optional: !required });
    if (to === role) break;
    role = to;
  }
  resource.restarting = false;
}

function scheduleRoleChange(state: ClusterState, resource: ResourceInstance): void {
  let role = resource.role;
  while (role !== resource.nextRole) {
    const to = nextStep(role, resource.nextRole);
    if (to === role) break;
    takeStep(state, resource, { from: role, to, node: resource.assignedTo, optional: false });
    role = to;
  }
}

/** While restarting something active in several places with stop_unexpected, its proper place is left alone. */
function isExpectedNode(resource: ResourceInstance, node: NodeInstance | undefined): boolean {
  return (
    resource.stopUnexpected &&
    resource.restarting &&
    resource.nextRole > Role.stopped &&
    resource.assignedTo !== undefined &&
    resource.assignedTo === node
  );
}

function stop(state: ClusterState, resource: ResourceInstance, wantedOptional: boolean): void {
  let optional = wantedOptional;
  for (const node of resource.runningOn) {
    if (isExpectedNode(resource, node)) continue;
    if (resource.partialMigrationTarget !== undefined) {
      if (node === resource.partialMigrationTarget && node === resource.assignedTo) continue;
      optional = false;
    }
    const action = stopAction(state, resource, node, optional);
    if (resource.assignedTo === undefined) action.reason = 'node availability';
    else if (resource.restarting && resource.stopUnexpected) action.reason = 'being multiply active';
    if (!resource.managed) action.flags &= ~ActionFlag.runnable;
    if (state.options.removeAfterStop) scheduleCleanup(state, resource, node, optional);
    if (resource.needs === 'unfencing' && state.haveUnfencing) {
      const unfence = createFencing(state, node, { operation: 'on', optional: true, priorityDelay: false });
      orderActions(action, unfence, OrderFlag.thenImpliesFirst);
    }
  }
}

function start(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance | undefined,
  optional: boolean,
): void {
  const action = startAction(state, resource, node, true);
  orderAfterUnfencing(state, resource, node, action, OrderFlag.firstImpliesThen);
  if ((action.flags & ActionFlag.runnable) !== 0 && !optional) action.flags &= ~ActionFlag.optional;
  if (isExpectedNode(resource, node)) action.flags |= ActionFlag.pseudo;
}

/**
 * Unfencing comes before whatever needs it, fence devices included: their agents often cannot even probe on a
 * fenced node. The order is optional, so that a new resource does not unfence every node - unless a node never
 * was.
 */
export function orderAfterUnfencing(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance | undefined,
  action: Action,
  flags: number,
): void {
  if (node === undefined || !state.haveUnfencing) return;
  if (!resource.fenceDevice && resource.needs !== 'unfencing') return;
  const unfence = createFencing(state, node, { operation: 'on', optional: true, priorityDelay: false });
  orderActions(unfence, action, flags);
  if (!isUnfenced(node)) unfenceNode(state, node, `required by ${resource.id} ${action.task}`);
}

/** A node records when it was unfenced. */
export function isUnfenced(node: NodeInstance): boolean {
  const value = node.attributes.get('#node-unfenced');
  return value !== undefined && value !== '0';
}

function promote(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance | undefined,
  optional: boolean,
): void {
  const begin = findAction(resource, { key: `${resource.id}_start_0` }, node);
  if (begin === undefined || (begin.flags & ActionFlag.runnable) !== 0) {
    const action = promoteAction(state, resource, node, optional);
    if (isExpectedNode(resource, node)) action.flags |= ActionFlag.pseudo;
    return;
  }
  for (const action of resource.actionsByTask.get('promote') ?? []) {
    if (action.node === node) action.flags &= ~ActionFlag.runnable;
  }
}

/** Everywhere it runs: more than one node means recovery. */
function demote(state: ClusterState, resource: ResourceInstance, optional: boolean): void {
  for (const node of resource.runningOn) {
    if (!isExpectedNode(resource, node)) demoteAction(state, resource, node, optional);
  }
}
