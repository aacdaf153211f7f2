import type { Annotated, Section } from './attributes.ts';

const CANONICAL: readonly Section[] = ['params', 'meta', 'utilization', 'operations'];

/** The field `sectionOrder` for blocks met in this order; left out where the order is the usual one. */
export function writtenOrder(order: readonly Section[]): Pick<Annotated, 'sectionOrder'> {
  const ranks = order.map((each) => CANONICAL.indexOf(each));
  const usual = ranks.every((rank, index) => index === 0 || rank >= (ranks[index - 1] ?? 0));
  return usual ? {} : { sectionOrder: [...order] };
}

/** Puts what was made of each section's blocks into the order in which they were written. */
export function inWrittenOrder<T>(
  order: readonly Section[] | undefined,
  sections: Readonly<Partial<Record<Section, readonly T[]>>>,
): T[] {
  const used: Record<Section, number> = { params: 0, meta: 0, utilization: 0, operations: 0 };
  const result: T[] = [];
  const add = (section: Section, until: number): void => {
    const items = sections[section] ?? [];
    for (; used[section] < Math.min(until, items.length); used[section]++) {
      const item = items[used[section]];
      if (item !== undefined) result.push(item);
    }
  };
  for (const section of order ?? []) add(section, section === 'operations' ? Infinity : used[section] + 1);
  for (const section of CANONICAL) add(section, Infinity);
  return result;
}
