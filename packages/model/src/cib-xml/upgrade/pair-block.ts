import { makeElement, type XmlElement } from '../xml-element.ts';

/** An attribute block built by an upgrade. */
export function pairBlock(
  name: string,
  id: string,
  values: Readonly<Record<string, string>>,
  from: XmlElement,
): XmlElement {
  const pairs = Object.entries(values).map(([key, value]) =>
    makeElement('nvpair', { id: `${id}-${key}`, name: key, value }, [], from),
  );
  return makeElement(name, { id }, pairs, from);
}
