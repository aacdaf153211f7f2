import type { AttributeBlock } from '../configuration/attributes.ts';

/**
 * Sets one name in a list of blocks, or with null removes it. The block that has the name is changed; else the first
 * block without rules; else a block is added. Conditional blocks are changed only where they alone have the name.
 */
export function setInBlocks(
  blocks: readonly AttributeBlock[],
  name: string,
  value: string | null,
): readonly AttributeBlock[] {
  const plain = blocks.findIndex((each) => isPlain(each) && has(each, name));
  if (value === null)
    return plain < 0 ? blocks : blocks.map((each, index) => (index === plain ? removed(each, name) : each));
  const target = plain >= 0 ? plain : blocks.findIndex(isPlain);
  if (target < 0) return [...blocks, { rules: [], pairs: [{ name, value }] }];
  return blocks.map((each, index) => (index === target ? assigned(each, name, value) : each));
}

/** The value a name has in the blocks that always apply; undefined when it is not set. */
export function findInBlocks(blocks: readonly AttributeBlock[], name: string): string | undefined {
  for (const block of blocks)
    if (isPlain(block)) for (const pair of block.pairs) if (pair.name === name) return pair.value;
  return undefined;
}

/**
 * One block with all names of another set in it. `currentName` gives the current spelling of a name: a value set under
 * an old spelling is replaced, so that the two never stand side by side.
 */
export function mergeBlocks(
  into: AttributeBlock,
  from: AttributeBlock,
  currentName: (name: string) => string = (name) => name,
): AttributeBlock {
  const given = new Set(from.pairs.flatMap(({ name }) => (name === undefined ? [] : [name])));
  const current = new Set([...given].map(currentName));
  const isReplaced = (name: string | undefined): boolean =>
    name !== undefined && !given.has(name) && current.has(currentName(name));
  let merged: AttributeBlock = { ...into, pairs: into.pairs.filter(({ name }) => !isReplaced(name)) };
  for (const pair of from.pairs)
    merged =
      pair.name !== undefined && pair.value !== undefined
        ? assigned(merged, pair.name, pair.value)
        : { ...merged, pairs: [...merged.pairs, pair] };
  return from.comments ? { ...merged, comments: from.comments } : merged;
}

function isPlain(block: AttributeBlock): boolean {
  return block.rules.length === 0 && block.idRef === undefined;
}

function has(block: AttributeBlock, name: string): boolean {
  return block.pairs.some((each) => each.name === name);
}

function removed(block: AttributeBlock, name: string): AttributeBlock {
  return { ...block, pairs: block.pairs.filter((each) => each.name !== name) };
}

function assigned(block: AttributeBlock, name: string, value: string): AttributeBlock {
  const pairs = has(block, name)
    ? block.pairs.map((each) => (each.name === name ? { ...each, value } : each))
    : [...block.pairs, { name, value }];
  return { ...block, pairs };
}
