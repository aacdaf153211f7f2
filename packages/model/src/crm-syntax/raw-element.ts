import type { AttributeBlock } from '../configuration/attributes.ts';
import type { RawElement } from '../configuration/configuration.ts';

/** A verbatim element. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly RawElement[] = [],
): RawElement {
  return { name, attributes, children };
}

/** A block of names and values as verbatim elements. */
export function pairElements(name: string, block: AttributeBlock): RawElement {
  const pairs = block.pairs.map((pair) =>
    element('nvpair', {
      ...(pair.id === undefined ? {} : { id: pair.id }),
      ...(pair.idRef === undefined ? {} : { 'id-ref': pair.idRef }),
      ...(pair.name === undefined ? {} : { name: pair.name }),
      ...(pair.value === undefined ? {} : { value: pair.value }),
    }),
  );
  return element(name, block.id === undefined ? {} : { id: block.id }, pairs);
}

/** The block that `pairElements` would have made the element from. */
export function elementPairs(source: RawElement): AttributeBlock {
  return {
    ...(source.attributes.id === undefined ? {} : { id: source.attributes.id }),
    rules: [],
    pairs: source.children
      .filter((each) => each.name === 'nvpair')
      .map(({ attributes }) => ({
        ...(attributes['id-ref'] === undefined ? {} : { idRef: attributes['id-ref'] }),
        ...(attributes.name === undefined ? {} : { name: attributes.name }),
        ...(attributes.value === undefined ? {} : { value: attributes.value }),
      })),
  };
}
