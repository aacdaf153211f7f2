import type { Primitive, ResourceHistory } from '@holdfast/model';
import { INFINITY_SCORE } from '@holdfast/model';
import { adjustScoreEverywhere } from '../node-criteria/locations.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { readMeta } from './meta.ts';
import { readResourceOptions } from './resource-options.ts';
import { addCloneInstance, createInstance } from './resources.ts';
import type { UnpackContext } from './unpack-context.ts';

/** The resource a history belongs to; histories without one become removed resources. */
export function findHistoryResource(
  context: UnpackContext,
  node: NodeInstance,
  history: ResourceHistory,
): ResourceInstance | undefined {
  const resource = findConfigured(context, node, history.id);
  if (resource !== undefined) return resource;
  if (history.operations.length === 0) return undefined;
  return createRemoved(context, history);
}

function findConfigured(
  context: UnpackContext,
  node: NodeInstance,
  id: string,
): ResourceInstance | undefined {
  const index = resourceIndex(context);
  let found = index.get(id);
  if (found === undefined) {
    // Perhaps an instance of an anonymous clone, under the configured name.
    const first = index.get(`${id}:0`) ?? index.get(`${id.replace(/:\d+$/, '')}:0`);
    if (first !== undefined && !first.unique) found = first;
  }
  // Of a collection there can be no history: it is of something removed that had the same name.
  if (found === undefined || !found.isPrimitive) return undefined;
  const parent = found.top();
  if (parent.isClone && parent.parent?.isBundle) {
    const instance = replicaInstance(parent.parent, node);
    if (instance !== undefined && !instance.unique) {
      instance.historyId = id;
      instance.historyKnown = true;
    }
    return instance;
  }
  if (parent.isClone && !parent.unique) {
    const base = id.replace(/:\d+$/, '');
    const instance = findAnonymous(context, node, parent, base);
    // A history under the instance's own name changes nothing about how it is known.
    if (!instance.historyKnown || instance.id !== id) instance.historyId = id;
    instance.historyKnown = true;
    return instance;
  }
  return found;
}

/** Index over ids, rebuilt when instances were added. */
export function resourceIndex(context: UnpackContext): Map<string, ResourceInstance> {
  const { allResources } = context.state;
  const index = context.resourcesById;
  for (let i = context.resourcesIndexed; i < allResources.length; i++) {
    const resource = allResources[i] as ResourceInstance;
    if (!index.has(resource.id)) index.set(resource.id, resource);
  }
  context.resourcesIndexed = allResources.length;
  return index;
}

function replicaInstance(bundle: ResourceInstance, node: NodeInstance): ResourceInstance | undefined {
  return bundle.bundle?.replicas.find((replica) => replica.node === node)?.child;
}

/**
 * Which instance of an anonymous clone a history on a node is about: the one already active there, else the
 * first that is inactive everywhere and not about to do something elsewhere, else one more than configured (a removed
 * instance).
 */
function findAnonymous(
  context: UnpackContext,
  node: NodeInstance,
  clone: ResourceInstance,
  base: string,
): ResourceInstance {
  let found: ResourceInstance | undefined;
  let inactive: ResourceInstance | undefined;
  let skipInactive = false;
  for (const child of clone.children) {
    const locations = currentNodes(child);
    if (locations.length > 0) {
      if (!locations.includes(node)) continue;
      const member = memberByBase(child, base);
      if (member === undefined) continue;
      if (member.runningOn.length > 0) {
        // A second history of the same clone on the node: surplus, whatever its number.
        skipInactive = true;
      } else {
        found = member;
        break;
      }
    } else if (!skipInactive && inactive === undefined && !child.blocked) {
      const member = memberByBase(child, base);
      if (member !== undefined && !isPendingElsewhere(child, node)) inactive = member;
    }
  }
  if (found === undefined && !skipInactive) found = inactive;
  if (
    found !== undefined &&
    found.needs !== 'fencing' &&
    found.needs !== 'unfencing' &&
    (!node.online || node.unclean) &&
    !node.isGuest &&
    !isUniversal(context, clone)
  ) {
    // An unclean node must not use up an instance that could start elsewhere.
    found = undefined;
  }
  return found ?? removedInstance(context, clone, base);
}

/** Whether an operation of an instance, or of any member of it, is under way on another node. */
function isPendingElsewhere(instance: ResourceInstance, node: NodeInstance): boolean {
  const { pendingNode, children } = instance;
  if (pendingNode !== undefined && pendingNode !== node) return true;
  return children.some((child) => isPendingElsewhere(child, node));
}

/** A clone with an instance for every node. */
function isUniversal(context: UnpackContext, clone: ResourceInstance): boolean {
  return (clone.clone?.max ?? 0) >= context.state.nodes.length;
}

/** Nodes on which a resource, or any part of it, is known active. */
export function currentNodes(resource: ResourceInstance): NodeInstance[] {
  if (resource.isPrimitive) return [...resource.runningOn];
  const nodes = new Set<NodeInstance>();
  for (const child of resource.children) for (const node of currentNodes(child)) nodes.add(node);
  return [...nodes];
}

function memberByBase(instance: ResourceInstance, base: string): ResourceInstance | undefined {
  if (instance.isPrimitive) return instance.configured.id === base ? instance : undefined;
  return instance.children.find((member) => member.configured.id === base);
}

function removedInstance(context: UnpackContext, clone: ResourceInstance, base: string): ResourceInstance {
  const instance = addCloneInstance(context, clone);
  markRemoved(instance);
  return memberByBase(instance, base) ?? instance;
}

function markRemoved(resource: ResourceInstance): void {
  resource.removed = true;
  for (const child of resource.children) markRemoved(child);
}

function createRemoved(context: UnpackContext, history: ResourceHistory): ResourceInstance {
  const { state } = context;
  const configured: Primitive = {
    kind: 'primitive',
    id: history.id,
    class: history.class,
    ...(history.provider === undefined ? {} : { provider: history.provider }),
    type: history.type,
    meta: [],
    params: [],
    utilization: [],
    operations: [],
  };
  const resource = createInstance(context, { kind: 'primitive', configured, parent: undefined });
  resource.standard = history.class;
  resource.provider = history.provider;
  resource.agent = history.type;
  resource.removed = true;
  readMeta(context, resource, []);
  readResourceOptions(context, resource);
  state.resources.push(resource);
  if (resource.isRemoteConnection) {
    const node = state.nodesByName.get(history.id);
    if (node !== undefined) {
      node.connection = resource;
      resource.remoteNode = node;
      node.shutdown = true;
    }
  }
  if (history.container !== undefined) {
    resource.removedFiller = true;
    const container = resourceIndex(context).get(history.container);
    if (container !== undefined) {
      resource.launcher = container;
      container.launched.push(resource);
    }
  }
  if (state.options.stopRemovedResources) {
    adjustScoreEverywhere(state, resource, -INFINITY_SCORE, 'removed from the configuration');
  } else {
    resource.managed = false;
  }
  return resource;
}
