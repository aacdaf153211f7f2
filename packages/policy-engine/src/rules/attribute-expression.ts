import type { AttributeExpression } from '@holdfast/model';
import type { RuleContext } from '../state/rule-context.ts';
import { compareValues, type ValueType } from './compare-values.ts';

/**
 * Evaluates an expression on a node attribute (Pacemaker Explained, "Node Attribute Expressions"). An attribute
 * that is not set is `not_defined`, unequal (`ne`) to every value, and fails every other comparison.
 */
export function evaluateAttribute(expression: AttributeExpression, context: RuleContext): boolean {
  if (context.nodeAttributes === undefined) return false;
  const name = expandSubmatches(expression.attribute, context.submatches);
  const actual = context.nodeAttributes.get(name);
  const operation = expression.operation.toLowerCase();
  if (operation === 'defined') return actual !== undefined;
  if (operation === 'not_defined') return actual === undefined;
  const reference = referenceValue(expression, context);
  if (actual === undefined || reference === undefined) {
    return operation === 'ne' ? actual !== reference : operation === 'eq' && actual === reference;
  }
  const order = compareValues(actual, reference, valueType(expression, operation, actual, reference));
  switch (operation) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
    default:
      return false;
  }
}

/** `%1` in an attribute name stands for the first sub-match of the location's resource pattern; `%0` for all. */
export function expandSubmatches(text: string, submatches: readonly string[] | undefined): string {
  if (submatches === undefined || !text.includes('%')) return text;
  return text.replace(/%(\d)/g, (_whole, digit: string) => submatches[Number(digit)] ?? '');
}

function referenceValue(expression: AttributeExpression, context: RuleContext): string | undefined {
  const { value, valueSource } = expression;
  if (value === undefined) return undefined;
  switch (valueSource?.toLowerCase()) {
    case 'param':
      return context.params?.get(value);
    case 'meta':
      return context.meta?.get(value);
    default:
      return value;
  }
}

/** Without a type, `eq` and `ne` compare texts; the others integers, or numbers if either has a point. */
function valueType(
  expression: AttributeExpression,
  operation: string,
  actual: string,
  reference: string,
): ValueType {
  switch (expression.type?.toLowerCase()) {
    case 'string':
      return 'string';
    case 'integer':
      return 'integer';
    case 'number':
      return 'number';
    case 'version':
      return 'version';
    default:
      if (operation === 'eq' || operation === 'ne') return 'string';
      return actual.includes('.') || reference.includes('.') ? 'number' : 'integer';
  }
}
