import { parseScore } from '../score.ts';
import type { AttributeBlock } from './attributes.ts';
import type { Configuration } from './configuration.ts';
import type { Resource } from './resource.ts';

/** Finds a block by its id, for those that say `id-ref`. */
export type BlockById = (id: string) => AttributeBlock | undefined;

/** What is known beside the blocks themselves. */
export interface PlainBlocksOptions {
  /** Id of a block that comes first whatever its score (`cib-bootstrap-options`). */
  readonly firstId?: string;
  /** Finds the blocks that others refer to. Without it references are left out. */
  readonly blockById?: BlockById;
}

/**
 * The blocks that hold whatever the time and the node, for what is read without the policy engine: those without
 * rules, in the order in which values count, the first for each name. Highest score first, the later one first
 * among equals, as in the policy engine.
 */
export function plainBlocks(
  blocks: readonly AttributeBlock[],
  { firstId, blockById }: PlainBlocksOptions = {},
): AttributeBlock[] {
  const found: AttributeBlock[] = [];
  for (const written of blocks) {
    const block = written.idRef === undefined ? written : blockById?.(written.idRef);
    if (block !== undefined && block.rules.length === 0) found.unshift(block);
  }
  const rank = ({ id, score }: AttributeBlock): number =>
    firstId !== undefined && id === firstId ? Number.MAX_SAFE_INTEGER : (parseScore(score ?? '0') ?? 0);
  return found.length < 2 ? found : found.sort((a, b) => rank(b) - rank(a));
}

/** Finds meta attributes and parameters of resources and templates by id; collects them at the first question. */
export function resourceBlocks({ resources, templates }: Configuration): BlockById {
  let byId: Map<string, AttributeBlock> | undefined;
  return (id) => {
    if (byId === undefined) {
      byId = new Map();
      for (const owner of [...templates, ...resources.flatMap(withParts)]) {
        for (const block of [...owner.meta, ...owner.params]) {
          if (block.id !== undefined) byId.set(block.id, block);
        }
      }
    }
    return byId.get(id);
  };
}

function withParts(resource: Resource): Resource[] {
  switch (resource.kind) {
    case 'primitive':
      return [resource];
    case 'group':
      return [resource, ...resource.members];
    case 'clone':
      return [resource, ...withParts(resource.child)];
    case 'bundle':
      return resource.child ? [resource, resource.child] : [resource];
  }
}
