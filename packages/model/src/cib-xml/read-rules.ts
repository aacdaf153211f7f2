import type { AttributeBlock, NameValue } from '../configuration/attributes.ts';
import type { DateExpression, Rule, RuleExpression } from '../configuration/rule.ts';
import { childOf, childrenOf, pick, type ReadContext, required, without } from './element-reader.ts';
import type { XmlElement } from './xml-element.ts';

/** Reads the blocks of one name (`meta_attributes`, ...) in an element. */
export function readBlocks(context: ReadContext, parent: XmlElement, name: string): AttributeBlock[] {
  return childrenOf(parent, name).map((block) => readBlock(context, block));
}

/** Reads an attribute block: `instance_attributes`, `meta_attributes`, `utilization`, `cluster_property_set`. */
export function readBlock(context: ReadContext, element: XmlElement): AttributeBlock {
  const rules: Rule[] = [];
  const pairs: NameValue[] = [];
  for (const child of element.children) {
    if (child.name === 'rule') rules.push(readRule(context, child));
    else if (child.name === 'nvpair') pairs.push(pick(child, PAIR));
    // CIBs before 1.0 wrapped the pairs in an `attributes` element.
    else if (child.name === 'attributes')
      for (const pair of childrenOf(child, 'nvpair')) pairs.push(pick(pair, PAIR));
    else context.warn(child, `${child.name} is not known in ${element.name} and is left out`);
  }
  return { ...pick(element, { id: 'id', idRef: 'id-ref', score: 'score' }), rules, pairs };
}

const PAIR = { id: 'id', name: 'name', value: 'value', idRef: 'id-ref' } as const;

/** Reads a rule with everything in it. */
export function readRule(context: ReadContext, element: XmlElement): Rule {
  const booleanOp = element.attributes['boolean-op'];
  const expressions: RuleExpression[] = [];
  for (const child of element.children) {
    const expression = readExpression(context, child);
    if (expression === undefined) context.warn(child, `${child.name} is not known in a rule and is left out`);
    else expressions.push(expression);
  }
  return {
    kind: 'rule',
    ...pick(element, {
      id: 'id',
      idRef: 'id-ref',
      score: 'score',
      scoreAttribute: 'score-attribute',
      role: 'role',
    }),
    ...(booleanOp === undefined ? {} : { booleanOp: booleanOp.toLowerCase() === 'or' ? 'or' : 'and' }),
    expressions,
  };
}

function readExpression(context: ReadContext, element: XmlElement): RuleExpression | undefined {
  switch (element.name) {
    case 'rule':
      return readRule(context, element);
    case 'expression':
      return {
        kind: 'attribute',
        attribute: required(context, element, 'attribute'),
        operation: required(context, element, 'operation'),
        ...pick(element, { id: 'id', value: 'value', type: 'type', valueSource: 'value-source' }),
      };
    case 'date_expression':
      return readDateExpression(element);
    case 'rsc_expression':
      return {
        kind: 'resource',
        ...pick(element, { id: 'id', class: 'class', provider: 'provider', type: 'type' }),
      };
    case 'op_expression':
      return {
        kind: 'operation',
        name: required(context, element, 'name'),
        ...pick(element, { id: 'id', interval: 'interval' }),
      };
    default:
      return undefined;
  }
}

function readDateExpression(element: XmlElement): DateExpression {
  const duration = childOf(element, 'duration');
  const dateSpec = childOf(element, 'date_spec');
  return {
    kind: 'date',
    ...pick(element, { id: 'id', operation: 'operation', start: 'start', end: 'end' }),
    ...(duration ? { duration: without(duration) } : {}),
    ...(dateSpec ? { dateSpec: without(dateSpec) } : {}),
  };
}
