import { type AttributeBlock, parseScore } from '@holdfast/model';
import type { RuleContext } from '../state/rule-context.ts';
import { evaluateRule } from './evaluate-rule.ts';
import type { ReferenceIndex } from './reference-index.ts';

export interface EvaluateBlocksOptions {
  /** Resolves `id-ref`; without it, references are ignored. */
  readonly references?: ReferenceIndex | undefined;
  /** Id of a block that comes first whatever its score (`cib-bootstrap-options`). */
  readonly firstId?: string;
  /** Values to add to; a name that is there already keeps its value. */
  readonly into?: Map<string, string>;
}

/**
 * The values that a list of attribute blocks gives. Blocks whose rules hold are taken by score, highest first
 * and the later one first among equals; the first value found for a name counts.
 */
export function evaluateBlocks(
  blocks: readonly AttributeBlock[],
  context: RuleContext,
  options: EvaluateBlocksOptions = {},
): Map<string, string> {
  const { references, firstId, into = new Map<string, string>() } = options;
  for (const block of sortBlocks(resolve(blocks, references), firstId)) {
    if (!block.rules.every((rule) => evaluateRule(rule, context))) continue;
    for (const listed of block.pairs) {
      const pair = references === undefined ? listed : references.pair(listed);
      if (pair?.name === undefined || pair.value === undefined || into.has(pair.name)) continue;
      // An old way to say: leave the agent's or cluster's own default in place.
      if (pair.value === '#default') continue;
      into.set(pair.name, pair.value);
    }
  }
  return into;
}

function resolve(
  blocks: readonly AttributeBlock[],
  references: ReferenceIndex | undefined,
): readonly AttributeBlock[] {
  if (references === undefined || blocks.every((block) => block.idRef === undefined)) return blocks;
  return blocks.flatMap((block) => references.block(block) ?? []);
}

function sortBlocks(
  blocks: readonly AttributeBlock[],
  firstId: string | undefined,
): readonly AttributeBlock[] {
  if (blocks.length < 2) return blocks;
  const reversed = [...blocks].reverse();
  // Mostly none has a score, and their order is all there is.
  if (firstId === undefined && reversed.every(({ score }) => score === undefined)) return reversed;
  const rank = (block: AttributeBlock): number =>
    firstId !== undefined && block.id === firstId
      ? Number.MAX_SAFE_INTEGER
      : (parseScore(block.score ?? '0') ?? 0);
  return reversed.sort((a, b) => rank(b) - rank(a));
}
