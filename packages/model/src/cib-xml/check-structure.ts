import { SCHEMA } from './schema-table.ts';
import type { XmlElement } from './xml-element.ts';

/** Kinds of nodes that were ever known. */
const NODE_TYPES = new Set(['member', 'normal', 'ping', 'pseudo', 'remote']);
/** What a score must look like; on reading, more is taken. */
const SCORE = /^[+-]?(\d+|INFINITY)$/i;

/**
 * Looks for what reading a CIB passes over: elements and attributes that no version of the schema has (typing errors,
 * mostly: what they say has no effect), and attributes that are missing. The reference refuses such documents.
 */
export function checkStructure(
  configuration: XmlElement,
  report: (element: XmlElement, problem: string) => void,
): void {
  const pending = [configuration];
  for (let element = pending.pop(); element !== undefined; element = pending.pop()) {
    const rule = SCHEMA.get(element.name);
    if (rule === undefined) continue;
    checkAttributes(element, report);
    for (const child of element.children) {
      if (!rule.children.has(child.name)) report(child, `a ${element.name} cannot contain a ${child.name}`);
      else pending.push(child);
    }
  }
}

function checkAttributes(element: XmlElement, report: (element: XmlElement, problem: string) => void): void {
  const { name, attributes } = element;
  const rule = SCHEMA.get(name);
  if (rule === undefined) return;
  for (const attribute of Object.keys(attributes)) {
    if (!rule.attributes.has(attribute) && !attribute.includes(':')) {
      report(element, `a ${name} has no attribute ${attribute}`);
    }
  }
  const refers = rule.mayRefer && attributes['id-ref'] !== undefined;
  for (const attribute of refers ? [] : rule.required) {
    if (attributes[attribute] === undefined) report(element, `the ${name} has no ${attribute}`);
  }
  const { type, score, 'boolean-op': operator } = attributes;
  if (operator !== undefined && operator !== 'and' && operator !== 'or') {
    report(element, `the boolean-op "${operator}" of the ${name} is neither "and" nor "or"`);
  }
  if (name === 'node' && type !== undefined && !NODE_TYPES.has(type)) {
    report(element, `there is no type "${type}" of nodes`);
  }
  if (score !== undefined && !SCORE.test(score)) {
    report(element, `the score "${score}" of the ${name} is no whole number, INFINITY or -INFINITY`);
  }
}
