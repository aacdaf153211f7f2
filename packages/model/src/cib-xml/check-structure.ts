import { LIMITS } from '../limits.ts';
import { checkValues } from './attribute-values.ts';
import { SCHEMA } from './schema-table.ts';
import type { XmlElement } from './xml-element.ts';

/** Tells of a problem at an element. */
type Report = (element: XmlElement, problem: string) => void;

/** Elements whose id is a name given elsewhere, or free text. */
const OTHER_IDS = new Set(['node', 'obj_ref', 'resource_ref', 'acl_target', 'role', 'role_ref']);
/** An id as XML defines it: no colon, no digit at the beginning. */
const ID = /^[\p{L}_][\p{L}\p{N}\p{M}_.\u00b7-]*$/u;

/** Of these an element has one. */
const ONE_CHILD: Readonly<Record<string, readonly string[]>> = {
  clone: ['primitive', 'group'],
  master: ['primitive', 'group'],
  bundle: ['docker', 'podman', 'rkt'],
};

/** Schemas from 1.0 on, all of which are read; without one a document is in the newest. */
const KNOWN_SCHEMA = /^(none|pacemaker-next|pacemaker-[1-4]\.\d+)$/;

/**
 * Looks for what reading a CIB passes over: elements and attributes that no version of the schema has (typing errors,
 * mostly: what they say has no effect), values that cannot be, and what is missing or there twice. The reference
 * refuses such documents.
 */
export function checkStructure(root: XmlElement, configuration: XmlElement, tell: Report): void {
  let told = 0;
  // Places in a large document take time to find, so it ends with as many problems as anybody is told.
  const report: Report = (element, problem) => {
    if (told++ < LIMITS.reportedProblems) tell(element, problem);
  };
  const schema = root.attributes['validate-with'];
  if (schema !== undefined && !KNOWN_SCHEMA.test(schema)) report(root, `there is no schema "${schema}"`);
  const ids = new Set<string>();
  const pending = [configuration];
  for (let element = pending.pop(); element !== undefined; element = pending.pop()) {
    if (told >= LIMITS.reportedProblems) return;
    const rule = SCHEMA.get(element.name);
    if (rule === undefined) continue;
    checkAttributes(element, report);
    checkValues(element, report);
    checkId(element, ids, report);
    checkContent(element, report);
    // From the last one, so that the document is gone through in its order.
    for (let i = element.children.length - 1; i >= 0; i--) {
      const child = element.children[i] as XmlElement;
      if (!rule.children.has(child.name)) report(child, `a ${element.name} cannot contain a ${child.name}`);
      else pending.push(child);
    }
  }
}

function checkAttributes(element: XmlElement, report: Report): void {
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
  if (name === 'rsc_location' && attributes['node'] !== undefined && attributes['score'] === undefined) {
    report(element, 'the rsc_location has a node but no score');
  }
  for (const child of name === 'rsc_location' ? element.children : []) {
    const { score, 'score-attribute': from, 'id-ref': reference } = child.attributes;
    if (child.name === 'rule' && (score ?? from ?? reference) === undefined)
      report(child, 'the rule of the rsc_location has no score');
  }
}

/** Every id must be one, and there may be no other of its kind: also of blocks and pairs, which nothing else checks. */
function checkId(element: XmlElement, ids: Set<string>, report: Report): void {
  const { id } = element.attributes;
  if (id === undefined || OTHER_IDS.has(element.name)) return;
  if (!ID.test(id))
    report(element, `the id "${id}" of the ${element.name} has a character that ids cannot have there`);
  else if (ids.has(id)) report(element, `the id ${id} of the ${element.name} is used before`);
  ids.add(id);
}

function checkContent(element: XmlElement, report: Report): void {
  const { name, children, attributes } = element;
  const rule = SCHEMA.get(name);
  if (rule === undefined || (rule.mayRefer && attributes['id-ref'] !== undefined)) return;
  const count = (names: readonly string[]): number =>
    children.filter((each) => names.includes(each.name)).length;
  if (rule.filled && children.length === 0) report(element, `the ${name} is empty`);
  for (const each of rule.needed) if (count([each]) === 0) report(element, `the ${name} has no ${each}`);
  const seen = new Set<string>();
  for (const child of children) {
    if (rule.single.has(child.name) && seen.has(child.name))
      report(child, `the ${name} has a second ${child.name}`);
    seen.add(child.name);
  }
  const alternatives = ONE_CHILD[name];
  if (alternatives !== undefined && count(alternatives) > 1) {
    report(element, `the ${name} has more than one of: ${alternatives.join(', ')}`);
  }
}
