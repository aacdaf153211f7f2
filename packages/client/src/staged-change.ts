/**
 * Characters of one part of a change that is sent in parts, and of the largest that is sent whole. Each part is one
 * round of the log: smaller ones take longer together, larger ones hold others up.
 */
export const PART_CHARS = 128 * 1024;

/** The operations of a change too large for one request, cut into parts; undefined when it may go as it is. */
export function partsOf(change: unknown): readonly (readonly unknown[])[] | undefined {
  const operations = (change as { readonly operations?: unknown } | null)?.operations;
  if (!Array.isArray(operations) || Object.keys(change as object).length !== 1) return undefined;
  const parts: unknown[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const operation of operations as readonly unknown[]) {
    const own = (JSON.stringify(operation) ?? '').length;
    // One operation is never cut: a part holds at least that.
    if (chars + own > PART_CHARS) {
      parts.push([]);
      chars = 0;
    }
    parts.at(-1)?.push(operation);
    chars += own;
  }
  return parts.length > 1 ? parts : undefined;
}
