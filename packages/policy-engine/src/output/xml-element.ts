import type { XmlOutput } from '@holdfast/model';

/** An element without text. */
export function element(
  name: string,
  attributes: XmlOutput['attributes'] = {},
  children: readonly XmlOutput[] = [],
): XmlOutput {
  return { name, attributes, children };
}
