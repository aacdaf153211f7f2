import type { AttributeBlock, Primitive } from '@holdfast/model';
import { evaluateBlocks } from '../rules/evaluate-blocks.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import type { RuleContext } from '../state/rule-context.ts';
import type { UnpackContext } from './unpack-context.ts';

/** Old names of meta attributes and the current ones. */
const RENAMED: readonly (readonly [string, string])[] = [
  ['master-max', 'promoted-max'],
  ['master-node-max', 'promoted-node-max'],
];

/** The rule context for blocks of a resource. */
export function resourceRule(context: UnpackContext, resource: ResourceInstance): RuleContext {
  return {
    ...context.baseRule,
    resource: { standard: resource.standard, provider: resource.provider, agent: resource.agent },
  };
}

/**
 * Meta attributes: the resource's own, then what its parents have, then the cluster's resource defaults.
 * The first value found counts.
 */
export function readMeta(
  context: UnpackContext,
  resource: ResourceInstance,
  blocks: readonly AttributeBlock[],
): void {
  const { references, state } = context;
  const rule = resourceRule(context, resource);
  const meta = evaluateBlocks(blocks, rule, { references });
  if (resource.parent !== undefined) {
    for (const [name, value] of resource.parent.meta) if (!meta.has(name)) meta.set(name, value);
  }
  evaluateBlocks(state.input.configuration.resourceDefaults, rule, { references, into: meta });
  for (const [old, current] of RENAMED) {
    const value = meta.get(old);
    if (value !== undefined && !meta.has(current)) meta.set(current, value);
  }
  resource.meta = meta;
}

/** Parameters for the agent on one node: the resource's own first, then those of its parents. */
export function readParameters(
  context: UnpackContext,
  resource: ResourceInstance,
  node: NodeInstance | undefined,
): Map<string, string> {
  const { references } = context;
  const rule: RuleContext = {
    ...context.baseRule,
    ...(node === undefined ? {} : { nodeAttributes: node.attributes }),
  };
  const into = new Map<string, string>();
  for (let r: ResourceInstance | undefined = resource; r !== undefined; r = r.parent) {
    evaluateBlocks(r.configured.params, rule, { references, into });
  }
  return into;
}

/** Blocks of a primitive for utilization. */
export function readUtilization(context: UnpackContext, primitive: Primitive): Map<string, string> {
  return evaluateBlocks(primitive.utilization, context.baseRule, { references: context.references });
}
