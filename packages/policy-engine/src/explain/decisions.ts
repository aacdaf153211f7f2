import { findAction } from '../actions/create-action.ts';
import { currentNode } from '../assign/current-node.ts';
import type { Decision } from '../result.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role, roleName } from '../state/role.ts';

/** The transition summary: fencing first, then each resource whose state is to change. */
export function summarise(state: ClusterState): Decision[] {
  const decisions: Decision[] = [];
  for (let i = state.actions.length - 1; i >= 0; i--) {
    const action = state.actions[i] as Action;
    if (action.resource !== undefined || action.is(ActionFlag.optional)) continue;
    const decision = nodeDecision(action);
    if (decision !== undefined) decisions.push(decision);
  }
  for (const resource of state.resources) visit(resource, decisions);
  return decisions;
}

function nodeDecision(action: Action): Decision | undefined {
  const { node } = action;
  if (node === undefined) return undefined;
  if (action.task !== 'stonith') return undefined;
  const verb = `Fence (${action.meta.get('stonith_action')})`;
  const container = node.isGuest ? node.connection?.launcher : undefined;
  const subject = container === undefined ? node.name : `${node.name} (resource: ${container.id})`;
  return { verb, subject, blocked: false, ...(action.reason === undefined ? {} : { reason: action.reason }) };
}

function visit(resource: ResourceInstance, decisions: Decision[]): void {
  if (resource.isPrimitive) {
    decisions.push(...resourceDecisions(resource));
    return;
  }
  for (const child of resource.isBundle ? bundleParts(resource) : resource.children) visit(child, decisions);
}

/** Replica by replica. */
function bundleParts(bundle: ResourceInstance): ResourceInstance[] {
  const parts: ResourceInstance[] = [];
  for (const replica of bundle.bundle?.replicas ?? []) {
    for (const part of [replica.ip, replica.container, replica.remote, replica.child]) {
      if (part !== undefined) parts.push(part);
    }
  }
  return parts;
}

function is(action: Action | undefined, flag: number): boolean {
  return action !== undefined && (action.flags & flag) !== 0;
}

function resourceDecisions(resource: ResourceInstance): Decision[] {
  const next = resource.assignedTo;
  const current = currentNode(resource);
  if (resource.runningOn.length > 0 && resource.role === Role.stopped) resource.role = Role.started;
  if (current === undefined && resource.removed) return [];
  if (!resource.managed || (current === undefined && next === undefined)) return [];
  const moving = current !== undefined && next !== undefined && current !== next;
  const find = (task: string, node: NodeInstance | undefined): Action | undefined =>
    findAction(resource, { key: `${resource.id}_${task}_0` }, node);
  const start = find('start', next);
  const stopNode = start === undefined || !is(start, ActionFlag.runnable) ? undefined : current;
  let stop = find('stop', stopNode);
  if (stop === undefined && resource.stopUnexpected) stop = find('stop', undefined);
  const found = { resource, current, next, moving, start, stop };
  return resource.role === resource.nextRole ? sameRole(found, find) : otherRole(found, find);
}

interface Found {
  readonly resource: ResourceInstance;
  readonly current: NodeInstance | undefined;
  readonly next: NodeInstance | undefined;
  readonly moving: boolean;
  readonly start: Action | undefined;
  readonly stop: Action | undefined;
}

type Find = (task: string, node: NodeInstance | undefined) => Action | undefined;

function sameRole(found: Found, find: Find): Decision[] {
  const { resource, current, next, moving, start, stop } = found;
  if (next === undefined) return [];
  const migration = find('migrate_from', next);
  if (is(migration, ActionFlag.runnable)) return [item('Migrate', resource, current, next, start)];
  if (resource.reload) return [item('Reload', resource, current, next, start)];
  if (start === undefined || is(start, ActionFlag.optional)) {
    const demote = find('demote', next);
    const promote = find('promote', next);
    const again =
      demote !== undefined &&
      promote !== undefined &&
      !is(demote, ActionFlag.optional) &&
      !is(promote, ActionFlag.optional);
    return again ? [item('Re-promote', resource, current, next, promote, demote)] : [];
  }
  if (!is(start, ActionFlag.runnable)) {
    const own = find('stop', current) ?? stop;
    return [item('Stop', resource, current, undefined, own, own?.reason === undefined ? start : own)];
  }
  if (moving) return [item(resource.failed ? 'Recover' : 'Move', resource, current, next, stop)];
  if (resource.failed) return [item('Recover', resource, current, undefined, stop)];
  return [item('Restart', resource, current, next, start)];
}

function otherRole(found: Found, find: Find): Decision[] {
  const { resource, current, next, moving, start, stop } = found;
  const startBlocked = start !== undefined && !is(start, ActionFlag.runnable);
  if (stop !== undefined && (resource.nextRole === Role.stopped || startBlocked)) {
    return resource.runningOn.map((node) => {
      const own = find('stop', node);
      return item('Stop', resource, node, undefined, own, own?.reason === undefined ? start : own);
    });
  }
  // A failure that only asks for a demotion is dealt with by that: the rest is not for its sake.
  const recovers = resource.failed && resource.stopByFailure;
  if (moving) return [item(recovers ? 'Recover' : 'Move', resource, current, next, stop)];
  if (stop !== undefined && recovers && !is(stop, ActionFlag.optional)) {
    return [item('Recover', resource, current, next, stop)];
  }
  if (resource.reload) return [item('Reload', resource, current, next, start)];
  if (stop !== undefined && !is(stop, ActionFlag.optional)) {
    return [item('Restart', resource, current, next, start)];
  }
  if (resource.role === Role.promoted) return [item('Demote', resource, current, next, find('demote', next))];
  if (resource.nextRole === Role.promoted)
    return [item('Promote', resource, current, next, find('promote', next))];
  if (resource.role === Role.stopped && resource.nextRole > Role.stopped) {
    return [item('Start', resource, current, next, start)];
  }
  return [];
}

function item(
  verb: string,
  resource: ResourceInstance,
  from: NodeInstance | undefined,
  to: NodeInstance | undefined,
  action: Action | undefined,
  source: Action | undefined = action,
): Decision {
  const needRole = resource.role > Role.started || resource.nextRole > Role.unpromoted;
  return {
    verb,
    subject: resource.id,
    ...(needRole ? { fromRole: roleName(resource.role), toRole: roleName(resource.nextRole) } : {}),
    ...(from === undefined ? {} : { fromNode: from.name }),
    ...(to === undefined ? {} : { toNode: to.name }),
    ...(source?.reason === undefined ? {} : { reason: source.reason }),
    blocked: action !== undefined && !is(action, ActionFlag.runnable),
  };
}
