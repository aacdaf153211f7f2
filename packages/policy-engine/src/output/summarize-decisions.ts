import type { Decision } from '../result.ts';
import {
  type Action,
  ActionFlag,
  type ClusterState,
  type NodeInstance,
  type ResourceInstance,
  Role,
  roleName,
} from '../state/index.ts';

/**
 * The decisions of a computation in the order of the transition summary: nodes to be fenced, newest first, then
 * the resources in order. What stays as it is, and removed resources that are gone already, give no line.
 */
export function summarizeDecisions(state: ClusterState): Decision[] {
  const decisions = fencingDecisions(state);
  const visit = (resource: ResourceInstance): void => {
    if (resource.isPrimitive) decisions.push(...resourceDecisions(resource));
    else if (resource.bundle !== undefined) {
      for (const { ip, container, remote, child } of resource.bundle.replicas) {
        for (const each of [ip, container, remote, child]) if (each !== undefined) visit(each);
      }
    } else resource.children.forEach(visit);
  };
  state.resources.forEach(visit);
  return decisions;
}

function fencingDecisions(state: ClusterState): Decision[] {
  const fencing = state.actions.filter(
    (action) => action.task === 'stonith' && !action.is(ActionFlag.optional) && action.node !== undefined,
  );
  return fencing.reverse().map((action) => {
    const node = action.node as NodeInstance;
    const launcher = node.isGuest ? node.connection?.launcher : undefined;
    const direction = action.meta.get('stonith_action') ?? action.meta.get('stonith-action') ?? 'reboot';
    return {
      verb: `Fence (${direction})`,
      subject: launcher === undefined ? node.name : `${node.name} (resource: ${launcher.id})`,
      ...(action.reason === undefined ? {} : { reason: action.reason }),
      blocked: false,
    };
  });
}

/** What is planned for one primitive, gathered for the choice of a verb. */
interface Plan {
  readonly resource: ResourceInstance;
  readonly current: NodeInstance | undefined;
  readonly next: NodeInstance | undefined;
  readonly role: Role;
  readonly start: Action | undefined;
  readonly stop: Action | undefined;
}

function resourceDecisions(resource: ResourceInstance): readonly Decision[] {
  const current = resource.runningOn[0];
  const next = resource.assignedTo;
  if (!resource.managed || (current === undefined && (next === undefined || resource.removed))) return [];
  // A resource that is being recovered may have lost its role on the way.
  const role = current !== undefined && resource.role === Role.stopped ? Role.started : resource.role;
  const start = latest(resource, 'start', next);
  const stop = latest(resource, 'stop', isRunnable(start) ? current : undefined);
  const plan: Plan = { resource, current, next, role, start, stop };
  return role === resource.nextRole ? sameRoleDecisions(plan) : changeDecisions(plan);
}

/** The newest one-time action of a task on a node; an action without node is on any. */
function latest(
  resource: ResourceInstance,
  task: string,
  node: NodeInstance | undefined,
): Action | undefined {
  return resource.actions.findLast(
    (action) =>
      action.task === task &&
      action.intervalMs === 0 &&
      (node === undefined || action.node === undefined || action.node === node),
  );
}

function isRunnable(action: Action | undefined): boolean {
  return action?.is(ActionFlag.runnable) ?? false;
}

/** Needed and possible. */
function happens(action: Action | undefined): boolean {
  return isRunnable(action) && !(action as Action).is(ActionFlag.optional);
}

function sameRoleDecisions(plan: Plan): readonly Decision[] {
  const { resource, current, next, start, stop } = plan;
  if (next === undefined) return [];
  const migration = latest(resource, 'migrate_from', next);
  if (happens(migration)) return [decision('Migrate', plan, current, next, start)];
  if (resource.reload) return [decision('Reload', plan, current, next, start)];
  if (start === undefined || start.is(ActionFlag.optional)) {
    const repromotes =
      happens(latest(resource, 'demote', next)) && happens(latest(resource, 'promote', next));
    return repromotes ? [decision('Re-promote', plan, current, next, latest(resource, 'promote', next))] : [];
  }
  if (!isRunnable(start)) {
    const source = stop?.reason === undefined ? start : stop;
    return [decision('Stop', plan, current, undefined, stop ?? start, source)];
  }
  if (current !== undefined && current !== next) {
    return [decision(resource.failed ? 'Recover' : 'Move', plan, current, next, stop ?? start)];
  }
  if (resource.failed) return [decision('Recover', plan, current, next, stop ?? start)];
  return [decision(current === undefined ? 'Start' : 'Restart', plan, current, next, start)];
}

function changeDecisions(plan: Plan): readonly Decision[] {
  const { resource, current, next, role, start, stop } = plan;
  const { nextRole } = resource;
  const moving = current !== undefined && next !== undefined && current !== next;
  if (stop !== undefined && (nextRole === Role.stopped || (start !== undefined && !isRunnable(start)))) {
    return resource.runningOn.flatMap((node) => {
      const own = latest(resource, 'stop', node);
      if (own === undefined) return [];
      const source = own.reason === undefined && start !== undefined ? start : own;
      return [decision('Stop', plan, node, undefined, own, source)];
    });
  }
  if (stop !== undefined && resource.failed) return [decision('Recover', plan, current, next, stop)];
  if (moving) return [decision('Move', plan, current, next, stop ?? start)];
  if (resource.reload) return [decision('Reload', plan, current, next, start)];
  if (stop !== undefined && !stop.is(ActionFlag.optional))
    return [decision('Restart', plan, current, next, start)];
  if (role === Role.promoted)
    return [decision('Demote', plan, current, next, latest(resource, 'demote', next))];
  if (nextRole === Role.promoted)
    return [decision('Promote', plan, current, next, latest(resource, 'promote', next))];
  if (role === Role.stopped && nextRole > Role.stopped)
    return [decision('Start', plan, current, next, start)];
  return [];
}

function decision(
  verb: string,
  { resource, role }: Plan,
  from: NodeInstance | undefined,
  to: NodeInstance | undefined,
  action: Action | undefined,
  source: Action | undefined = action,
): Decision {
  const { nextRole } = resource;
  const showsRole = role > Role.started || nextRole > Role.unpromoted;
  return {
    verb,
    subject: resource.id,
    ...(showsRole ? { fromRole: roleName(role) } : {}),
    ...(showsRole && to !== undefined ? { toRole: roleName(nextRole) } : {}),
    ...(from === undefined ? {} : { fromNode: from.name }),
    ...(to === undefined ? {} : { toNode: to.name }),
    ...(source?.reason === undefined ? {} : { reason: source.reason }),
    blocked: action !== undefined && !isRunnable(action),
  };
}
