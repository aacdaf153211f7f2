import type { AttributeBlock } from '@holdfast/model';

/** Attributes as one block, or none if there are none. */
export function block(id: string, values: Readonly<Record<string, string | undefined>>): AttributeBlock[] {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ id: `${id}-${name.replaceAll('#', '.')}`, name, value }],
  );
  return pairs.length === 0 ? [] : [{ id, rules: [], pairs }];
}
