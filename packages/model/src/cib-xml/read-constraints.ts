import type {
  ColocationConstraint,
  Constraint,
  LocationConstraint,
  OrderConstraint,
  ResourceSet,
  TicketConstraint,
} from '../configuration/constraint.ts';
import type { Rule } from '../configuration/rule.ts';
import { childOf, childrenOf, pick, type ReadContext, required, without } from './element-reader.ts';
import { readRule } from './read-rules.ts';
import type { XmlElement } from './xml-element.ts';

/** Reads the `constraints` section in document order. */
export function readConstraints(context: ReadContext, section: XmlElement): Constraint[] {
  const constraints: Constraint[] = [];
  for (const child of section.children) {
    const constraint = readConstraint(context, child);
    if (constraint === undefined) context.warn(child, `${child.name} is not a constraint and is left out`);
    else constraints.push(constraint);
  }
  return constraints;
}

function readConstraint(context: ReadContext, element: XmlElement): Constraint | undefined {
  switch (element.name) {
    case 'rsc_location':
      return readLocation(context, element);
    case 'rsc_colocation':
      return readColocation(context, element);
    case 'rsc_order':
      return readOrder(context, element);
    case 'rsc_ticket':
      return readTicket(context, element);
    default:
      return undefined;
  }
}

function readSets(context: ReadContext, element: XmlElement): ResourceSet[] {
  return childrenOf(element, 'resource_set').map((set) => ({
    ...pick(set, { id: 'id', idRef: 'id-ref' }),
    members: childrenOf(set, 'resource_ref').map((member) => required(context, member, 'id')),
    attributes: without(set, 'id', 'id-ref'),
  }));
}

function readLifetime(context: ReadContext, element: XmlElement): { lifetime?: Rule[] } {
  const lifetime = childOf(element, 'lifetime');
  return lifetime ? { lifetime: childrenOf(lifetime, 'rule').map((rule) => readRule(context, rule)) } : {};
}

function readLocation(context: ReadContext, element: XmlElement): LocationConstraint {
  return {
    kind: 'location',
    id: required(context, element, 'id'),
    ...pick(element, {
      resource: 'rsc',
      pattern: 'rsc-pattern',
      node: 'node',
      score: 'score',
      role: 'role',
      resourceDiscovery: 'resource-discovery',
    }),
    sets: readSets(context, element),
    rules: childrenOf(element, 'rule').map((rule) => readRule(context, rule)),
  };
}

function readColocation(context: ReadContext, element: XmlElement): ColocationConstraint {
  return {
    kind: 'colocation',
    id: required(context, element, 'id'),
    ...pick(element, {
      score: 'score',
      resource: 'rsc',
      role: 'rsc-role',
      withResource: 'with-rsc',
      withRole: 'with-rsc-role',
      nodeAttribute: 'node-attribute',
      influence: 'influence',
    }),
    sets: readSets(context, element),
    ...readLifetime(context, element),
  };
}

function readOrder(context: ReadContext, element: XmlElement): OrderConstraint {
  return {
    kind: 'order',
    id: required(context, element, 'id'),
    ...pick(element, {
      first: 'first',
      firstAction: 'first-action',
      then: 'then',
      thenAction: 'then-action',
      orderKind: 'kind',
      score: 'score',
      symmetrical: 'symmetrical',
      requireAll: 'require-all',
    }),
    sets: readSets(context, element),
    ...readLifetime(context, element),
  };
}

function readTicket(context: ReadContext, element: XmlElement): TicketConstraint {
  return {
    kind: 'ticket',
    id: required(context, element, 'id'),
    ticket: required(context, element, 'ticket'),
    ...pick(element, { resource: 'rsc', role: 'rsc-role', lossPolicy: 'loss-policy' }),
    sets: readSets(context, element),
  };
}
