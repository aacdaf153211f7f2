import { type NodeInstance, parseRole, type ResourceInstance, Role } from '../state/index.ts';
import { compareNames } from './compare-names.ts';
import { failedProbeText } from './failed-probe.ts';
import { formatPrimitive, formatPrimitiveAs, printedId } from './primitive-line.ts';
import type { StatusContext } from './status-context.ts';

/** A line of a list with those below it. */
export interface StatusLine {
  readonly text: string;
  readonly children: readonly StatusLine[];
}

const leaf = (text: string): StatusLine => ({ text, children: [] });

export function formatResource(resource: ResourceInstance, context: StatusContext): StatusLine {
  switch (resource.kind) {
    case 'primitive':
      return leaf(formatPrimitive(resource, context));
    case 'group':
      return formatGroup(resource, context);
    case 'clone':
      return formatClone(resource, context);
    case 'bundle':
      return formatBundle(resource, context);
  }
}

function formatGroup(group: ResourceInstance, context: StatusContext): StatusLine {
  const header = `Resource Group: ${group.id}${flagText(stateFlags(group))}:`;
  return { text: header, children: group.children.map((member) => formatResource(member, context)) };
}

function flagText(flags: readonly string[]): string {
  return flags.length === 0 ? '' : ` (${flags.join(', ')})`;
}

function stateFlags(resource: ResourceInstance): string[] {
  const flags: string[] = [];
  const target = parseRole(resource.meta.get('target-role'));
  // Unpromoted keeps a promotable clone from what it is for.
  if (target === Role.stopped || (target === Role.unpromoted && resource.promotable)) flags.push('disabled');
  if (resource.maintenance) flags.push('maintenance');
  else if (!resource.managed) flags.push('unmanaged');
  return flags;
}

interface CloneLists {
  readonly full: StatusLine[];
  readonly promoted: NodeInstance[];
  readonly started: NodeInstance[];
  active: number;
}

/**
 * A clone: instances on one healthy node each are condensed to a list of nodes per role. An instance that is
 * removed, unmanaged, failed, about to start, on an unclean node or spread over nodes is printed in full, and
 * so are all instances of a globally unique clone.
 */
function formatClone(clone: ResourceInstance, context: StatusContext): StatusLine {
  const flags = stateFlags(clone);
  if (clone.unique) flags.unshift('unique');
  if (clone.promotable) flags.unshift('promotable');
  const child = clone.configured.kind === 'clone' ? clone.configured.child.id : clone.configured.id;
  const lists: CloneLists = { full: [], promoted: [], started: [], active: 0 };
  for (const instance of clone.children) addInstance(clone, instance, lists, context);
  // Without one of its own, any instance's target role will do.
  const target = parseRole(clone.meta.get('target-role') ?? clone.children[0]?.meta.get('target-role'));
  const lines = [...lists.full];
  if (lists.promoted.length > 0) lines.push(nodeLine('Promoted', lists.promoted));
  if (lists.started.length > 0) {
    const limited = target === Role.unpromoted ? 'Unpromoted (target-role)' : 'Unpromoted';
    lines.push(nodeLine(clone.promotable ? limited : 'Started', lists.started));
  }
  if (!clone.unique && (clone.clone?.max ?? 0) > lists.active) {
    lines.push(...stoppedLines(clone, target === Role.stopped, context));
  }
  return { text: `Clone Set: ${clone.id} [${child}]${flagText(flags)}:`, children: lines };
}

function addInstance(
  clone: ResourceInstance,
  instance: ResourceInstance,
  lists: CloneLists,
  context: StatusContext,
): void {
  const partlyActive = isActive(instance, false);
  if (clone.unique) {
    if (partlyActive || !instance.removed) lists.full.push(formatResource(instance, context));
    return;
  }
  if (!partlyActive) return;
  const odd = some(
    instance,
    (each) =>
      each.removed || !each.managed || each.failed || (context.pending && each.pendingTask !== undefined),
  );
  const node = isActive(instance, true) ? singleLocation(instance) : undefined;
  if (odd || node === undefined || (!node.online && node.unclean)) {
    lists.full.push(formatResource(instance, context));
    return;
  }
  lists.active += 1;
  (highestRole(instance) > Role.unpromoted ? lists.promoted : lists.started).push(node);
}

function stoppedLines(clone: ResourceInstance, disabled: boolean, context: StatusContext): StatusLine[] {
  const byText = new Map<string, NodeInstance[]>();
  const running = new Set(clone.children.flatMap((instance) => [...locations(instance)]));
  const first = clone.children[0] ?? clone;
  for (const node of [...context.state.nodes].sort((a, b) => compareNames(a.name, b.name))) {
    if (!mayHold(clone, node, context) || running.has(node)) continue;
    const probe = failedProbeText(first, node.name, context);
    const text = probe === undefined ? (disabled ? 'Stopped (disabled)' : 'Stopped') : `Stopped (${probe})`;
    byText.set(text, [...(byText.get(text) ?? []), node]);
  }
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([text, nodes]) => nodeLine(text, nodes));
}

/**
 * Nodes listed as stopped are those the clone knew of when it was read: all in a symmetric cluster, else those
 * with a history of it. The guest nodes that replicas of bundles are were not there yet, or closed to it.
 */
function mayHold(clone: ResourceInstance, node: NodeInstance, { state }: StatusContext): boolean {
  if (node.connection?.replica !== undefined) return false;
  return (state.options.symmetric && !node.late) || some(clone, (each) => each.knownOn.has(node.index));
}

function nodeLine(label: string, nodes: readonly NodeInstance[]): StatusLine {
  const names = nodes.map(({ name }) => name).sort(compareNames);
  return leaf(`${label}: [ ${names.join(' ')} ]`);
}

function some(resource: ResourceInstance, test: (each: ResourceInstance) => boolean): boolean {
  return test(resource) || resource.children.some((child) => some(child, test));
}

/** Active at all, or (with `wholly`) with every member. On an offline node only if it is unclean or unmanaged. */
function isActive(resource: ResourceInstance, wholly: boolean): boolean {
  if (!resource.isPrimitive) {
    return wholly
      ? resource.children.every((child) => isActive(child, true))
      : resource.children.some((child) => isActive(child, false));
  }
  return resource.runningOn.some((node) => node.online || node.unclean || !resource.managed);
}

function locations(resource: ResourceInstance): Set<NodeInstance> {
  if (resource.isPrimitive) return new Set(resource.runningOn);
  return new Set(resource.children.flatMap((child) => [...locations(child)]));
}

function singleLocation(resource: ResourceInstance): NodeInstance | undefined {
  const nodes = [...locations(resource)];
  return nodes.length === 1 ? nodes[0] : undefined;
}

function highestRole(resource: ResourceInstance): Role {
  if (resource.isPrimitive) return resource.role;
  return resource.children.reduce<Role>((highest, child) => {
    const role = highestRole(child);
    return role > highest ? role : highest;
  }, Role.unknown);
}

/** A bundle: a line per replica, with the state of the resource inside and the node of the container. */
function formatBundle(resource: ResourceInstance, context: StatusContext): StatusLine {
  const replicas = resource.bundle?.replicas ?? [];
  const flags = stateFlags(resource);
  if (resource.unique) flags.unshift('unique');
  const lines = replicas.flatMap((replica) => {
    const shown = replica.child ?? replica.container;
    if (shown === undefined) return [];
    const { container, remote, ipAddress } = replica;
    const address = ipAddress === undefined ? '' : ` (${ipAddress})`;
    const name = `${printedId(remote ?? container ?? shown)}${address}`;
    return [leaf(formatPrimitiveAs(shown, name, container?.runningOn[0], [], context))];
  });
  const kind = replicas.length > 1 ? 'Container bundle set' : 'Container bundle';
  return {
    text: `${kind}: ${resource.id} [${resource.bundle?.image ?? ''}]${flagText(flags)}:`,
    children: lines,
  };
}
