import type { DateExpression } from '@holdfast/model';
import type { RuleContext } from '../state/rule-context.ts';
import { addUnits, type DurationUnit } from './calendar.ts';
import { dateSpecParts, parseTime } from './parse-time.ts';

/**
 * Evaluates a date expression (Pacemaker Explained, "Date/Time Expressions"). `in_range` includes both ends;
 * `gt` and `lt` exclude the time itself. An expression that cannot be read is false.
 * The next change is told for start and end times. A `date_spec` tells none: the reference notices those only
 * at its periodic recheck, and the graph's `recheck-by` says the same.
 */
export function evaluateDate(expression: DateExpression, context: RuleContext): boolean {
  const now = context.nowSeconds;
  const start = readTime(expression.start, now);
  switch ((expression.operation ?? 'in_range').toLowerCase()) {
    case 'gt':
      if (start === undefined || now > start) return start !== undefined;
      context.nextChange?.(start + 1);
      return false;
    case 'lt': {
      const end = readTime(expression.end, now);
      if (end === undefined || now >= end) return false;
      context.nextChange?.(end);
      return true;
    }
    case 'in_range':
      return inRange(start, rangeEnd(expression, start, now), context);
    case 'date_spec':
      return expression.dateSpec !== undefined && matchesDateSpec(expression.dateSpec, now);
    default:
      return false;
  }
}

function readTime(text: string | undefined, now: number): number | undefined {
  return text === undefined ? undefined : parseTime(text, now);
}

const UNITS: readonly DurationUnit[] = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds'];

function rangeEnd(expression: DateExpression, start: number | undefined, now: number): number | undefined {
  if (expression.end !== undefined || expression.duration === undefined || start === undefined) {
    return readTime(expression.end, now);
  }
  let end = start;
  for (const unit of UNITS) {
    const text = expression.duration[unit];
    if (text !== undefined && /^[+-]?\d{1,9}$/.test(text.trim())) end = addUnits(end, unit, Number(text));
  }
  return end;
}

function inRange(start: number | undefined, end: number | undefined, context: RuleContext): boolean {
  const now = context.nowSeconds;
  if (start === undefined && end === undefined) return false;
  if (start !== undefined && now < start) {
    context.nextChange?.(start);
    return false;
  }
  if (end === undefined) return true;
  if (now > end) return false;
  context.nextChange?.(end + 1);
  return true;
}

/** Each field names a number (`9`) or a range (`9-17`, `9-`, `-17`); all fields must match. */
export function matchesDateSpec(spec: Readonly<Record<string, string>>, epochSeconds: number): boolean {
  const parts = dateSpecParts(epochSeconds);
  return Object.entries(spec).every(([field, range]) => {
    const value = parts[field];
    return value === undefined || inNumberRange(range, value);
  });
}

function inNumberRange(range: string, value: number): boolean {
  const match = /^\s*(\d*)\s*(-?)\s*(\d*)\s*$/.exec(range);
  if (!match) return false;
  const [, low = '', dash = '', high = ''] = match;
  if (dash === '') return low !== '' && value === Number(low);
  if (low === '' && high === '') return false;
  return (low === '' || value >= Number(low)) && (high === '' || value <= Number(high));
}
