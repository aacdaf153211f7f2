import type { Annotated, Section } from '../configuration/attributes.ts';
import { writtenOrder } from '../configuration/section-order.ts';
import type { XmlElement } from './xml-element.ts';

const SECTIONS: ReadonlyMap<string, Section> = new Map<string, Section>([
  ['instance_attributes', 'params'],
  ['meta_attributes', 'meta'],
  ['utilization', 'utilization'],
  ['operations', 'operations'],
]);

/** The order of an element's blocks, where it is not the usual one. */
export function readSectionOrder(element: XmlElement): Pick<Annotated, 'sectionOrder'> {
  const order: Section[] = [];
  for (const { name, children, attributes } of element.children) {
    const section = SECTIONS.get(name);
    // An empty `operations` is not written again.
    const isEmpty = section === 'operations' && children.length + Object.keys(attributes).length === 0;
    if (section && !isEmpty) order.push(section);
  }
  return writtenOrder(order);
}
