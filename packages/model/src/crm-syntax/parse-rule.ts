import type { DateExpression, Rule, RuleExpression } from '../configuration/rule.ts';
import { readScore } from './parse-score.ts';
import type { TokenCursor } from './token-cursor.ts';
import { isKeyword } from './token-cursor.ts';
import type { Token } from './tokenize.ts';

/** Names that a `date spec` or the duration of a `date in` may use. */
const PERIODS = new Set([
  'seconds',
  'minutes',
  'hours',
  'monthdays',
  'weekdays',
  'yearsdays',
  'yeardays',
  'days',
  'months',
  'weeks',
  'years',
  'weekyears',
  'moon',
]);
const COMPARISONS = ['lt', 'gt', 'lte', 'gte', 'eq', 'ne'];
const VALUE_TYPES = ['string', 'integer', 'number', 'version'];

/** Reads all rules that stand here: `rule [$id=] [$role=] [SCORE:] expression`. */
export function parseRules(cursor: TokenCursor): Rule[] {
  const rules: Rule[] = [];
  while (cursor.takeKeyword('rule')) rules.push(parseRule(cursor));
  return rules;
}

function parseRule(cursor: TokenCursor): Rule {
  const id = cursor.takeNamed('$id');
  const idRef = cursor.takeNamed('$id-ref');
  if (idRef !== undefined) return { kind: 'rule', idRef, expressions: [] };
  const role = cursor.takeNamed('$role', 'role');
  const score = cursor.takeWithColon();
  const written = score ? readScore(score.text) : { score: 'INFINITY' };
  const { booleanOp, expressions } = parseExpression(cursor);
  return {
    kind: 'rule',
    ...(id === undefined ? {} : { id }),
    ...written,
    ...(booleanOp === 'or' ? { booleanOp } : {}),
    ...(role === undefined ? {} : { role }),
    expressions,
  };
}

function parseExpression(cursor: TokenCursor): { booleanOp?: 'and' | 'or'; expressions: RuleExpression[] } {
  const expressions = [parseSimple(cursor)];
  let booleanOp: 'and' | 'or' | undefined;
  for (;;) {
    const token = cursor.peek();
    const found = cursor.takeKeyword('and', 'or') as 'and' | 'or' | undefined;
    if (!found) break;
    if (booleanOp && booleanOp !== found)
      throw cursor.error('"and" and "or" cannot be mixed in one rule', token);
    booleanOp = found;
    expressions.push(parseSimple(cursor));
  }
  return booleanOp ? { booleanOp, expressions } : { expressions };
}

function parseSimple(cursor: TokenCursor): RuleExpression {
  const unary = cursor.takeKeyword('defined', 'not_defined');
  if (unary) return { kind: 'attribute', attribute: cursor.take('the attribute').text, operation: unary };
  const isDate = cursor.peek(1) && isKeyword(cursor.peek(1) as Token, DATE_WORDS);
  if (isDate && cursor.takeKeyword('date')) return parseDate(cursor);
  const attribute = cursor.take('a condition').text;
  const operator = cursor.take('an operator');
  const [first, second] = operator.text.toLowerCase().split(':');
  const operation = second ?? first ?? '';
  const type = second === undefined ? undefined : first;
  if (!COMPARISONS.includes(operation) || (type !== undefined && !VALUE_TYPES.includes(type)))
    throw cursor.error(`"${operator.text}" is not an operator (${COMPARISONS.join(', ')})`, operator);
  const value = cursor.take('the value');
  const sourced = /^(literal|param|meta)\{(.*)\}$/.exec(value.text);
  return {
    kind: 'attribute',
    attribute,
    operation,
    value: sourced?.[2] ?? value.text,
    ...(type === undefined ? {} : { type }),
    ...(sourced?.[1] === undefined ? {} : { valueSource: sourced[1] }),
  };
}

const DATE_WORDS = ['lt', 'gt', 'in', 'in_range', 'spec', 'date_spec', 'date'];

function parseDate(cursor: TokenCursor): DateExpression {
  const token = cursor.take('the kind of date condition');
  switch (token.text.toLowerCase()) {
    case 'lt':
      return { kind: 'date', operation: 'lt', end: cursor.take('the date').text };
    case 'gt':
      return { kind: 'date', operation: 'gt', start: cursor.take('the date').text };
    case 'in':
    case 'in_range':
      return parseRange(cursor, token);
    default: {
      const dateSpec = takePeriods(cursor);
      if (Object.keys(dateSpec).length === 0)
        throw cursor.error('a date spec needs hours=, years= or the like');
      return { kind: 'date', operation: 'date_spec', dateSpec };
    }
  }
}

function parseRange(cursor: TokenCursor, at: Token): DateExpression {
  let start = cursor.takeNamed('start');
  const end = cursor.takeNamed('end');
  start ??= cursor.takeNamed('start');
  const duration = end === undefined ? takePeriods(cursor) : {};
  if (start === undefined && end === undefined)
    throw cursor.error('a date range needs start= and end= or a duration', at);
  return {
    kind: 'date',
    operation: 'in_range',
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(Object.keys(duration).length === 0 ? {} : { duration }),
  };
}

function takePeriods(cursor: TokenCursor): Record<string, string> {
  const found: [string, string][] = [];
  for (;;) {
    const token = cursor.peek();
    const equals = token?.text.indexOf('=') ?? -1;
    if (!token || equals < 0) break;
    const name = token.text.slice(0, equals);
    if (!PERIODS.has(name)) break;
    cursor.take('a period');
    found.push([name, token.text.slice(equals + 1)]);
  }
  return Object.fromEntries(found);
}
