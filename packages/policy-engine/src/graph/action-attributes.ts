import { formatScore } from '@holdfast/model';
import type { Action, NodeInstance, ResourceInstance } from '../state/index.ts';
import { ActionFlag } from '../state/index.ts';
import { ancestry } from './include-input.ts';

/** The parameters of a resource as evaluated for a node. */
export type ParameterReader = (
  resource: ResourceInstance,
  node: NodeInstance | undefined,
) => ReadonlyMap<string, string>;

/**
 * Everything the agent is told with an action: the resource's parameters, and as `CRM_meta_*` the operation's
 * own meta attributes, where it runs, and what it is an instance of.
 */
export function actionAttributes(action: Action, parametersOf: ParameterReader): Record<string, string> {
  const { resource, node } = action;
  const result: Record<string, string> = {};
  // Marks of collections are not for an agent, so parameters set for all members are not in them.
  if (resource?.isPrimitive)
    for (const [name, value] of parametersOf(resource, node)) setOwn(result, name, value);
  const external = resource?.meta.get('external-ip');
  if (external !== undefined) result['pcmk_external_ip'] = external;
  // Modes of maintenance have an element of their own.
  if (action.hasExtra && action.task !== 'maintenance_nodes')
    for (const [name, value] of action.extra) setOwn(result, name, value);
  const meta = (name: string, value: string): void => {
    result[metaName(name)] = value;
  };
  for (const [name, value] of action.metaNow) meta(name, value);
  for (const [name, value] of action.notification ?? []) meta(name, value);
  for (const each of ancestry(resource)) addResourceMeta(each, action, meta);
  if (node !== undefined && showsNode(action)) {
    meta('on_node', node.name);
    meta('on_node_uuid', node.id);
  }
  if (node?.isGuest && resource !== undefined) addHost(action, node, meta);
  return result;
}

/** Parameters may have any name, also one that objects have a meaning for. */
function setOwn(record: Record<string, string>, name: string, value: string): void {
  if (name !== '__proto__') record[name] = value;
  else Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
}

const metaNames = new Map<string, string>();
const MAX_META_NAMES = 1000;

/** `CRM_meta_start_delay` for `start-delay`. The names repeat with every action, so they are remembered. */
function metaName(name: string): string {
  const known = metaNames.get(name);
  if (known !== undefined) return known;
  const result = `CRM_meta_${name.replaceAll('-', '_')}`;
  if (metaNames.size < MAX_META_NAMES) metaNames.set(name, result);
  return result;
}

/** Marks have no place, except the fencing of a guest, which is a mark too. */
export function showsNode(action: Action): boolean {
  return (action.flags & ActionFlag.pseudo) === 0 || action.task === 'stonith';
}

type MetaSetter = (name: string, value: string) => void;

function addResourceMeta(resource: ResourceInstance, action: Action, meta: MetaSetter): void {
  if (resource.clone !== undefined) addCloneMeta(resource, meta);
  if (!resource.isPrimitive || resource !== action.resource) return;
  const instance = /:(\d+)$/.exec(resource.id)?.[1];
  if (instance !== undefined && isInstance(resource)) meta('clone', instance);
  const remote = resource.meta.get('remote-node');
  if (remote !== undefined) meta('remote_node', remote);
  const launcher = ancestry(resource).find((each) => each.launcher !== undefined)?.launcher;
  if (launcher !== undefined) meta('container', launcher.id);
}

function isInstance(resource: ResourceInstance): boolean {
  return ancestry(resource.parent).some((each) => each.isCollective);
}

function addCloneMeta(resource: ResourceInstance, meta: MetaSetter): void {
  const { clone } = resource;
  if (clone === undefined) return;
  meta('globally_unique', String(resource.unique));
  meta('notify', String(resource.notify));
  meta('clone_max', formatScore(clone.max));
  meta('clone_node_max', formatScore(clone.nodeMax));
  if (!resource.promotable) return;
  for (const prefix of ['promoted', 'master']) {
    meta(`${prefix}_max`, formatScore(clone.promotedMax));
    meta(`${prefix}_node_max`, formatScore(clone.promotedNodeMax));
  }
}

const DOWN_TASKS = new Set(['stop', 'stopped', 'demote', 'demoted']);
const UP_TASKS = new Set(['start', 'running', 'monitor', 'promote', 'promoted']);

/**
 * Actions inside a guest name its host: where the container runs now for what ends something, where it will
 * run for what starts or watches something, none for the rest (cancelling a monitor, say).
 */
function addHost(action: Action, node: NodeInstance, meta: MetaSetter): void {
  const launcher = node.connection?.launcher;
  if (launcher === undefined) return;
  const task = action.task === 'notify' ? (action.metaNow.get('notify_operation') ?? '') : action.task;
  let host: NodeInstance | undefined;
  if (DOWN_TASKS.has(task)) host = launcher.runningOn[0];
  else if (UP_TASKS.has(task)) host = launcher.assignedTo;
  if (host === undefined) return;
  const target = action.resource?.meta.get('container-attribute-target');
  if (target !== undefined) meta('container_attribute_target', target);
  meta('physical_host', host.name);
}
