import type { AttributeBlock, NameValue } from '../configuration/attributes.ts';
import type { DateExpression, Rule, RuleExpression } from '../configuration/rule.ts';
import { printScore } from './parse-score.ts';
import { assignment, assignments, joined, quote, word } from './print-values.ts';

/** Thrown where something has no statement syntax; the whole object is then shown as XML. */
export class NotPrintable extends Error {
  override readonly name = 'NotPrintable';
}

/** Tells whether an id is referred to from elsewhere, so that it must be shown. */
export type IsReferenced = (id: string) => boolean;

/** What decides how values are shown. */
export interface PrintContext {
  readonly isReferenced: IsReferenced;
  /** True for names whose values must not be shown. */
  readonly isSecret: (name: string) => boolean;
}

/** What is shown for a value that must not be seen. */
export const HIDDEN_VALUE = '******';

/** A block behind its keyword: `params $id=x 3: rule ... name=value`. */
export function printBlock(keyword: string, block: AttributeBlock, context: PrintContext): string {
  if (block.idRef !== undefined) return `${keyword} $id-ref=${word(block.idRef)}`;
  return joined(
    keyword,
    block.id !== undefined && context.isReferenced(block.id) ? `$id=${word(block.id)}` : '',
    block.score === undefined ? '' : `${printScore(block.score)}:`,
    ...block.rules.map((each) => printRule(each, context)),
    ...block.pairs.map((each) => printPair(each, context)),
  );
}

/** One name and value. */
export function printPair(pair: NameValue, context: PrintContext): string {
  if (pair.idRef !== undefined)
    return `@${word(pair.idRef)}${pair.name === undefined ? '' : `:${word(pair.name)}`}`;
  const name = pair.name ?? '';
  if (pair.value === undefined) return word(name);
  const prefix = pair.id !== undefined && context.isReferenced(pair.id) ? `$${word(pair.id)}:` : '';
  return prefix + assignment(name, context.isSecret(name) ? HIDDEN_VALUE : pair.value);
}

/** A rule with its keyword. @throws NotPrintable for nested rules and conditions on resources or operations */
export function printRule(rule: Rule, context: PrintContext): string {
  if (rule.idRef !== undefined) return `rule $id-ref=${word(rule.idRef)}`;
  if (rule.expressions.length === 0) throw new NotPrintable('a rule without conditions');
  const score = rule.scoreAttribute ?? (rule.score === undefined ? '' : printScore(rule.score));
  return joined(
    'rule',
    rule.id !== undefined && context.isReferenced(rule.id) ? `$id=${word(rule.id)}` : '',
    rule.role === undefined ? '' : `$role=${word(rule.role)}`,
    score === '' || score === 'inf' ? '' : `${score}:`,
    rule.expressions.map(printExpression).join(` ${rule.booleanOp ?? 'and'} `),
  );
}

function printExpression(expression: RuleExpression): string {
  switch (expression.kind) {
    case 'attribute': {
      const { attribute, operation, value, type, valueSource } = expression;
      if (operation === 'defined' || operation === 'not_defined') return `${operation} ${word(attribute)}`;
      if (value === undefined) throw new NotPrintable('a comparison without value');
      const operator =
        type === undefined || isAssumedType(type, operation, value) ? operation : `${type}:${operation}`;
      const sourced = valueSource === undefined ? quote(value) : `${valueSource}{${value}}`;
      return `${word(attribute)} ${operator} ${sourced}`;
    }
    case 'date':
      return printDate(expression);
    default:
      throw new NotPrintable(`a condition of kind ${expression.kind}`);
  }
}

/** Comparisons for equality are of texts anyway, and so are those with something that is no number. */
export function isAssumedType(type: string, operation: string, value: string): boolean {
  return type === 'string' && (operation === 'eq' || operation === 'ne' || !/^[+-]?\d+(\.\d+)?$/.test(value));
}

function printDate(expression: DateExpression): string {
  const { start, end } = expression;
  const periods = (values: Readonly<Record<string, string>> | undefined): string => {
    const { id: _, ...named } = values ?? {};
    return assignments(named);
  };
  switch (expression.operation ?? 'in_range') {
    case 'lt':
      if (end === undefined) throw new NotPrintable('lt without end');
      return `date lt ${quote(end)}`;
    case 'gt':
      if (start === undefined) throw new NotPrintable('gt without start');
      return `date gt ${quote(start)}`;
    case 'in_range':
    case 'in-range':
      if (end !== undefined && expression.duration) throw new NotPrintable('an end and a duration');
      return joined('date in', assignments({ start, end }), periods(expression.duration));
    case 'date_spec':
      return `date spec ${periods(expression.dateSpec)}`;
    default:
      throw new NotPrintable('an unknown date operation');
  }
}
