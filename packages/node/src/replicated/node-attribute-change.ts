import type { Configuration, ConfigurationChange, ConfiguredNode } from '@holdfast/model';

/** The change that sets (or with null removes) one permanent attribute of a node, creating the node entry if needed. */
export function nodeAttributeChange(
  configuration: Configuration,
  node: string,
  name: string,
  value: string | null,
): ConfigurationChange {
  const known = configuration.nodes.find((each) => each.name === node);
  const base: ConfiguredNode = known ?? { id: node, name: node, attributes: [], utilization: [] };
  const blocks = base.attributes.map((block) => ({
    ...block,
    pairs: block.pairs.filter((pair) => pair.name !== name),
  }));
  const at = Math.max(
    0,
    blocks.findIndex((block) => block.rules.length === 0 && block.idRef === undefined),
  );
  const target = blocks[at] ?? { id: `nodes-${base.id}`, rules: [], pairs: [] };
  const added = value === null ? [] : [{ id: `nodes-${base.id}-${name}`, name, value }];
  blocks[at] = { ...target, pairs: [...target.pairs, ...added] };
  const attributes = blocks.filter((block) => block.pairs.length > 0 || block.rules.length > 0);
  return { operations: [{ kind: 'put', entity: { kind: 'node', value: { ...base, attributes } } }] };
}
