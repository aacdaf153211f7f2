import { INFINITY_SCORE } from '@holdfast/model';
import { adjustScore } from '../node-criteria/locations.ts';
import { parseDurationMs } from '../rules/parse-duration.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { MultipleActive, ResourceInstance } from '../state/resource-instance.ts';
import { parseRole, Role } from '../state/role.ts';
import { bundleNodeNames } from './nodes.ts';
import { booleanOr, isBoolean, isTrue, scoreOr } from './option-values.ts';
import type { UnpackContext } from './unpack-context.ts';

/** Derives what the engine needs from a resource's meta attributes. */
export function readResourceOptions(context: UnpackContext, resource: ResourceInstance): void {
  const { state } = context;
  const meta = (name: string): string | undefined => resource.meta.get(name);
  resource.isRemoteConnection =
    resource.isPrimitive &&
    resource.standard === 'ocf' &&
    resource.provider === 'pacemaker' &&
    resource.agent === 'remote';
  // Connections move without being closed, those to guest nodes only if their host says so (remote-allow-migrate).
  resource.allowMigrate = isTrue(
    meta('allow-migrate') ?? String(resource.isRemoteConnection && meta('container') === undefined),
  );
  if (isBoolean(meta('is-managed'))) resource.managed = isTrue(meta('is-managed'));
  if (isTrue(meta('maintenance')) || state.options.maintenanceMode) {
    resource.managed = false;
    resource.maintenance = true;
  }
  const top = resource.top();
  if (top.isClone) {
    resource.unique = top.unique;
    resource.promotable = top.promotable;
  } else if (!top.isBundle) {
    resource.unique = true;
  }
  resource.interleave = resource.isCollective && isTrue(meta('interleave'));
  resource.notify = isTrue(meta('notify'));
  resource.critical = booleanOr(meta('critical'), true);
  resource.multipleActive = multipleActive(meta('multiple-active'));
  // Instances shall not be shuffled without need: they are sticky if nothing is said at all.
  resource.stickiness = scoreOr(meta('resource-stickiness') ?? (resource.top().isClone ? '1' : undefined), 0);
  resource.migrationThreshold = migrationThreshold(meta('migration-threshold'));
  resource.priority = scoreOr(meta('priority'), 0);
  resource.failureTimeoutMs = parseDurationMs(meta('failure-timeout') ?? '0') ?? 0;
  resource.remoteReconnectMs = resource.isRemoteConnection ? reconnectMs(context, resource) : 0;
  // The delay before a new connection is also how long its failures count.
  if (resource.remoteReconnectMs > 0) resource.failureTimeoutMs = resource.remoteReconnectMs;
  if (resource.standard === 'stonith') {
    state.haveFenceDevice = true;
    resource.fenceDevice = true;
  }
  resource.needs = readNeeds(context, resource, meta('requires'));
  readTargetRole(resource);
  // What lives in a container may go where the container goes, named or not.
  if (!state.options.symmetric) {
    if (meta('container') !== undefined) openAllNodes(context, resource);
    return;
  }
  // In an opt-out cluster all nodes are open that are known by now, except the insides of bundles.
  for (const node of state.nodes) {
    if (node.late && !resource.removed) continue;
    if (!node.bundleNode) adjustScore(resource, node, 0, 'symmetric default');
    else if (isStillOrdinary(context, resource, node))
      adjustScore(resource, node, -INFINITY_SCORE, 'inside of a bundle');
  }
}

function openAllNodes({ state }: UnpackContext, resource: ResourceInstance): void {
  for (const node of state.nodes) {
    const known = !node.bundleNode || node.replicaRead || node.configured !== undefined;
    if (known) adjustScore(resource, node, 0, 'beside its container');
  }
}

/**
 * A replica listed among the configured nodes is one like any other until its bundle is read, so what is read
 * before knows of it.
 */
function isStillOrdinary(context: UnpackContext, resource: ResourceInstance, node: NodeInstance): boolean {
  if (node.configured === undefined || node.replicaRead) return false;
  const { configured } = resource;
  return configured.kind !== 'bundle' || !bundleNodeNames(context, configured).includes(node.name);
}

function reconnectMs(context: UnpackContext, resource: ResourceInstance): number {
  for (const block of resource.configured.params) {
    for (const listed of context.references.block(block)?.pairs ?? []) {
      const pair = context.references.pair(listed);
      if (pair?.name === 'reconnect_interval') return parseDurationMs(pair.value ?? '0') ?? 0;
    }
  }
  return 0;
}

function multipleActive(text: string | undefined): MultipleActive {
  switch (text) {
    case 'stop_only':
    case 'block':
    case 'stop_unexpected':
      return text;
    default:
      return 'stop_start';
  }
}

function migrationThreshold(text: string | undefined): number {
  if (text === undefined) return INFINITY_SCORE;
  const value = scoreOr(text, INFINITY_SCORE);
  return value < 0 ? INFINITY_SCORE : value;
}

/** What must be true before the resource may start: explicit `requires`, else by kind and cluster options. */
function readNeeds(
  context: UnpackContext,
  resource: ResourceInstance,
  text: string | undefined,
): ResourceInstance['needs'] {
  const { options, haveUnfencing } = context.state;
  let value = text?.toLowerCase();
  if (value === 'unfencing' && resource.fenceDevice) value = 'quorum';
  if ((value === 'fencing' || value === 'unfencing') && !options.fencingEnabled) value = 'quorum';
  switch (value) {
    case 'nothing':
    case 'quorum':
    case 'fencing':
    case 'unfencing':
      return value;
  }
  if (resource.fenceDevice || resource.isRemoteConnection) return 'quorum';
  if (haveUnfencing && resource.isPrimitive) return 'unfencing';
  if (options.fencingEnabled) return 'fencing';
  return options.noQuorumPolicy === 'ignore' ? 'nothing' : 'quorum';
}

/** The role an operator wants; `undefined` if nothing special. */
export function targetRole(resource: ResourceInstance): Role | undefined {
  const text = resource.meta.get('target-role');
  if (text === undefined || text === 'Started' || text.toLowerCase() === 'default') return undefined;
  const role = parseRole(text);
  if (role === Role.unknown || role === Role.started) return undefined;
  if (role > Role.started) {
    if (resource.top().promotable || resource.promotable) {
      // Promoted is what a promotable clone aims at anyway.
      return role === Role.promoted ? undefined : role;
    }
    return undefined;
  }
  return role;
}

function readTargetRole(resource: ResourceInstance): void {
  const role = targetRole(resource);
  if (role !== undefined) {
    resource.nextRole = role;
    resource.nextRoleReason = 'target-role';
  }
}
