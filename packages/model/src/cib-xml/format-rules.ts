import type { AttributeBlock, NameValue } from '../configuration/attributes.ts';
import type { Rule, RuleExpression } from '../configuration/rule.ts';
import { type XmlOutput, xml } from './format-xml.ts';

/** Prints attribute blocks as elements of the name given. */
export function formatBlocks(name: string, blocks: readonly AttributeBlock[]): XmlOutput[] {
  return blocks.map((block) =>
    xml(name, { id: block.id, 'id-ref': block.idRef, score: block.score }, [
      ...block.rules.map(formatRule),
      ...block.pairs.map(formatPair),
    ]),
  );
}

function formatPair(pair: NameValue): XmlOutput {
  return xml('nvpair', { id: pair.id, 'id-ref': pair.idRef, name: pair.name, value: pair.value });
}

export function formatRule(rule: Rule): XmlOutput {
  const attributes = {
    id: rule.id,
    'id-ref': rule.idRef,
    score: rule.score,
    'score-attribute': rule.scoreAttribute,
    'boolean-op': rule.booleanOp,
    role: rule.role,
  };
  return xml('rule', attributes, rule.expressions.map(formatExpression));
}

function formatExpression(expression: RuleExpression): XmlOutput {
  switch (expression.kind) {
    case 'rule':
      return formatRule(expression);
    case 'attribute':
      return xml('expression', {
        id: expression.id,
        attribute: expression.attribute,
        operation: expression.operation,
        value: expression.value,
        type: expression.type,
        'value-source': expression.valueSource,
      });
    case 'date': {
      const { id, operation, start, end, duration, dateSpec } = expression;
      return xml('date_expression', { id, operation, start, end }, [
        ...(duration ? [xml('duration', duration)] : []),
        ...(dateSpec ? [xml('date_spec', dateSpec)] : []),
      ]);
    }
    case 'resource': {
      const { id, class: standard, provider, type } = expression;
      return xml('rsc_expression', { id, class: standard, provider, type });
    }
    case 'operation':
      return xml('op_expression', {
        id: expression.id,
        name: expression.name,
        interval: expression.interval,
      });
  }
}
