import { type NodeInstance, parseRole, type ResourceInstance, Role, roleName } from '../state/index.ts';
import { failedProbeText } from './failed-probe.ts';
import type { StatusContext } from './status-context.ts';

/** One primitive or instance: `id (class:provider:type): state node (flags)`. */
export function formatPrimitive(resource: ResourceInstance, context: StatusContext): string {
  const nodes = resource.runningOn;
  const node = nodes.length > 1 ? undefined : (nodes[0] ?? resource.pendingNode ?? resource.lockNode);
  const list = nodes.length > 1 ? nodes : [];
  return formatPrimitiveAs(resource, printedId(resource), node, list, context);
}

/** The same with another name or node, for replicas of bundles. */
export function formatPrimitiveAs(
  resource: ResourceInstance,
  name: string,
  node: NodeInstance | undefined,
  nodes: readonly NodeInstance[],
  context: StatusContext,
): string {
  const agent = [resource.standard, resource.provider, resource.agent]
    .filter((part) => part !== undefined)
    .join(':');
  let line = `${name}\t(${agent}):\t`;
  if (resource.removed) line += ' ORPHANED';
  if (resource.failed && resource.role > Role.unpromoted) line += ` FAILED ${roleName(resource.role)}`;
  else if (resource.failed) line += ' FAILED';
  else line += ` ${displayedState(resource, context)}`;
  if (node !== undefined) line += ` ${node.name}`;
  const flags = primitiveFlags(resource, node, context);
  if (flags.length > 0) line += ` (${flags.join(', ')})`;
  if (nodes.length > 0) line += ` [ ${nodes.map((each) => each.name).join(' ')} ]`;
  const probe =
    resource.role === Role.stopped && flags.length === 0
      ? failedProbeText(resource, undefined, context)
      : undefined;
  return probe === undefined ? line : `${line} (${probe}) `;
}

/** Instances of anonymous clones go by the configured name. */
export function printedId(resource: ResourceInstance): string {
  return resource.unique || resource.parent === undefined ? resource.id : resource.configured.id;
}

/** Operations in progress, as the state they stand for. */
export const PENDING_STATES: Readonly<Record<string, string>> = {
  start: 'Starting',
  stop: 'Stopping',
  migrate_to: 'Migrating',
  migrate_from: 'Migrating',
  promote: 'Promoting',
  demote: 'Demoting',
};

function displayedState(resource: ResourceInstance, context: StatusContext): string {
  const pending = context.pending ? PENDING_STATES[resource.pendingTask ?? ''] : undefined;
  if (pending !== undefined) return pending;
  if (resource.role === Role.started && isPromotable(resource)) return roleName(Role.unpromoted);
  return roleName(resource.role);
}

function isPromotable(resource: ResourceInstance): boolean {
  for (let each: ResourceInstance | undefined = resource; each !== undefined; each = each.parent) {
    if (each.promotable) return true;
  }
  return false;
}

function primitiveFlags(
  resource: ResourceInstance,
  node: NodeInstance | undefined,
  context: StatusContext,
): string[] {
  const flags: string[] = [];
  if (node !== undefined && !node.online && node.unclean) flags.push('UNCLEAN');
  if (node !== undefined && node === resource.lockNode) flags.push('LOCKED');
  if (context.pending && resource.pendingTask === 'monitor') flags.push('Monitoring');
  const target = parseRole(resource.meta.get('target-role'));
  if (target === Role.stopped) flags.push('disabled');
  else if (target === Role.unpromoted && isPromotable(resource)) flags.push('target-role:Unpromoted');
  if (resource.blocked) flags.push('blocked');
  else if (resource.maintenance) flags.push('maintenance');
  else if (!resource.managed) flags.push('unmanaged');
  if (resource.ignoreFailure) flags.push('failure ignored');
  return flags;
}
