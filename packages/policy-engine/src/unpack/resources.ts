import type { Clone, Group, Primitive, Resource } from '@holdfast/model';
import { evaluateBlocks } from '../rules/evaluate-blocks.ts';
import { parseDurationMs } from '../rules/parse-duration.ts';
import type { OperationConfig } from '../state/operation-config.ts';
import { ResourceInstance, type ResourceKind } from '../state/resource-instance.ts';
import { ScoreJournal } from '../state/score-journal.ts';
import { unpackBundle } from './bundles.ts';
import { boundedInstances } from './instance-limit.ts';
import { readMeta, readUtilization } from './meta.ts';
import { integerOr, isTrue } from './option-values.ts';
import { readResourceOptions } from './resource-options.ts';
import { mergeTemplate } from './templates.ts';
import type { UnpackContext } from './unpack-context.ts';

/** Builds the instance tree of every configured resource. */
export function unpackResources(context: UnpackContext): void {
  const { state } = context;
  for (const resource of state.input.configuration.resources) {
    if (!isUsable(context, resource)) continue;
    state.resources.push(unpackResource(context, resource, undefined));
  }
  // What matters more is placed first.
  state.resources.sort((a, b) => b.priority - a.priority);
}

/** Only OCF agents can promote; a promotable clone of anything else is left out. */
function isUsable(context: UnpackContext, resource: Resource): boolean {
  if (resource.kind !== 'clone') return true;
  const meta = evaluateBlocks(resource.meta, context.baseRule, { references: context.references });
  if (!resource.legacyMaster && !isTrue(meta.get('promotable'))) return true;
  const usable = agentClasses(context, resource).every((standard) => standard === 'ocf');
  if (!usable)
    context.state.warnings.push(`${resource.id} cannot be promotable: only ocf agents can promote`);
  return usable;
}

function agentClasses(context: UnpackContext, clone: Clone): string[] {
  const primitives = clone.child.kind === 'group' ? clone.child.members : [clone.child];
  return primitives.map((primitive) => mergeTemplate(primitive, context).class ?? '');
}

/** Agents whose instances can differ from one another. */
const UNIQUE_CLASSES = new Set(['ocf', 'stonith']);

/** Builds one resource with everything below it; `number` makes it an instance of a clone. */
export function unpackResource(
  context: UnpackContext,
  configured: Resource,
  parent: ResourceInstance | undefined,
  number?: number,
): ResourceInstance {
  switch (configured.kind) {
    case 'primitive':
      return unpackPrimitive(context, configured, parent, number);
    case 'group':
      return unpackGroup(context, configured, parent, number);
    case 'clone':
      return unpackClone(context, configured, parent);
    case 'bundle':
      return unpackBundle(context, configured);
  }
}

/** Creates and registers an instance; its children are not there yet. */
export function createInstance(
  context: UnpackContext,
  init: {
    kind: ResourceKind;
    configured: Resource;
    parent: ResourceInstance | undefined;
    number?: number | undefined;
  },
): ResourceInstance {
  const { state } = context;
  const { configured, number } = init;
  const resource = new ResourceInstance({
    index: state.allResources.length,
    kind: init.kind,
    id: number === undefined ? configured.id : `${configured.id}:${number}`,
    configured,
    parent: init.parent,
    nodeCount: state.nodes.length,
  });
  if (state.explained) resource.allowed.journal = new ScoreJournal();
  state.allResources.push(resource);
  return resource;
}

function unpackPrimitive(
  context: UnpackContext,
  written: Primitive,
  parent: ResourceInstance | undefined,
  number: number | undefined,
): ResourceInstance {
  const configured = mergeTemplate(written, context);
  const resource = createInstance(context, { kind: 'primitive', configured, parent, number });
  resource.standard = configured.class ?? '';
  resource.provider = configured.provider;
  resource.agent = configured.type ?? '';
  readMeta(context, resource, configured.meta);
  resource.operations = readOperations(context, configured);
  readResourceOptions(context, resource);
  for (const [name, value] of readUtilization(context, configured)) {
    resource.utilization.set(name, integerOr(value, 0));
  }
  if (number !== undefined || parent?.parent !== undefined) nameInHistory(resource, configured.id);
  return resource;
}

/** Instances of anonymous clones appear in histories under the configured id. */
function nameInHistory(resource: ResourceInstance, configuredId: string): void {
  resource.historyId = resource.unique ? resource.id : configuredId;
}

/** Operations with their intervals read; those without a name are left out. */
export function readOperations(context: UnpackContext, configured: Primitive): OperationConfig[] {
  const operations: OperationConfig[] = [];
  for (const definition of context.references.operations(configured)) {
    const name = definition.name ?? definition.attributes.name;
    if (name === undefined) continue;
    operations.push({
      id: definition.id ?? '',
      name,
      intervalMs: parseDurationMs(definition.attributes.interval ?? '0') ?? 0,
      enabled: definition.attributes.enabled === undefined || isTrue(definition.attributes.enabled),
      definition,
    });
  }
  return operations;
}

function unpackGroup(
  context: UnpackContext,
  configured: Group,
  parent: ResourceInstance | undefined,
  number: number | undefined,
): ResourceInstance {
  const group = createInstance(context, { kind: 'group', configured, parent, number });
  readMeta(context, group, configured.meta);
  readResourceOptions(context, group);
  if (number !== undefined) nameInHistory(group, configured.id);
  for (const member of configured.members) {
    group.children.push(unpackPrimitive(context, member, group, number));
  }
  return group;
}

function unpackClone(
  context: UnpackContext,
  configured: Clone,
  parent: ResourceInstance | undefined,
): ResourceInstance {
  const clone = createInstance(context, { kind: 'clone', configured, parent });
  readMeta(context, clone, configured.meta);
  if (configured.legacyMaster) clone.meta.set('promotable', 'true');
  clone.promotable = isTrue(clone.meta.get('promotable'));
  const meta = (name: string): string | undefined => clone.meta.get(name);
  const nodeMax = atLeast(integerOr(meta('clone-node-max'), 1), 0);
  // Several instances per node only make sense if they differ.
  if (meta('globally-unique') === undefined && nodeMax > 1) clone.meta.set('globally-unique', 'true');
  clone.unique = isTrue(meta('globally-unique'));
  const anonymousOnly =
    clone.unique && !agentClasses(context, configured).every((each) => UNIQUE_CLASSES.has(each));
  if (anonymousOnly) {
    clone.unique = false;
    clone.meta.set('globally-unique', 'false');
  }
  const wanted = atLeast(integerOr(meta('clone-max'), Math.max(1, context.nodesSeen)), 0);
  const max = boundedInstances(context, configured, wanted);
  clone.clone = {
    max: anonymousOnly ? Math.min(max, context.nodesSeen) : max,
    nodeMax: clone.unique ? nodeMax : Math.min(nodeMax, 1),
    min: atLeast(integerOr(meta('clone-min'), 0), 0),
    promotedMax: clone.promotable ? atLeast(integerOr(meta('promoted-max'), 1), 0) : 0,
    promotedNodeMax: clone.promotable ? atLeast(integerOr(meta('promoted-node-max'), 1), 0) : 0,
    ordered: isTrue(meta('ordered')),
    promotedCount: 0,
    nextNumber: 0,
    choosingRoles: false,
    colocationsMerged: false,
    notifications: [],
  };
  readResourceOptions(context, clone);
  // Even a clone without instances needs one to know its agent by; it never runs.
  if (clone.clone.max === 0) addCloneInstance(context, clone).removed = true;
  else for (let i = 0; i < clone.clone.max; i++) addCloneInstance(context, clone);
  return clone;
}

function atLeast(value: number, minimum: number): number {
  return value < minimum ? minimum : value;
}

/** Adds the next instance of a clone. */
export function addCloneInstance(context: UnpackContext, clone: ResourceInstance): ResourceInstance {
  const configured = clone.configured as Clone;
  const options = clone.clone;
  if (options === undefined) throw new TypeError(`${clone.id} is no clone`);
  const instance = unpackResource(context, configured.child, clone, options.nextNumber++);
  clone.children.push(instance);
  return instance;
}
