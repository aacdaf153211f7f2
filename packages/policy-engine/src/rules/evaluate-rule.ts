import type { OperationExpression, ResourceExpression, Rule, RuleExpression } from '@holdfast/model';
import type { RuleContext } from '../state/rule-context.ts';
import { evaluateAttribute } from './attribute-expression.ts';
import { evaluateDate } from './date-expression.ts';
import { parseDurationMs } from './parse-duration.ts';

/**
 * True if the rule holds in the context. An `and` without conditions holds, an `or` without conditions does
 * not. Every condition is looked at even when the outcome is settled, so that `nextChange` hears of all times.
 */
export function evaluateRule(rule: Rule, context: RuleContext): boolean {
  return evaluate(rule, context, 0, { left: MAX_EVALUATIONS });
}

/** Rules may refer to each other by id; a chain longer than this is a loop. */
const MAX_DEPTH = 64;
/** Rules that refer to each other several times could otherwise take for ever; the rest does not hold. */
const MAX_EVALUATIONS = 10_000;

interface Budget {
  left: number;
}

function evaluate(rule: Rule, context: RuleContext, depth: number, budget: Budget): boolean {
  if (depth > MAX_DEPTH || budget.left-- <= 0) return false;
  if (rule.idRef !== undefined) {
    const target = context.ruleById?.(rule.idRef);
    return target !== undefined && evaluate(target, context, depth + 1, budget);
  }
  const any = rule.booleanOp === 'or';
  let result = !any;
  for (const expression of rule.expressions) {
    const holds = evaluateExpression(expression, context, depth, budget);
    result = any ? result || holds : result && holds;
  }
  return result;
}

function evaluateExpression(
  expression: RuleExpression,
  context: RuleContext,
  depth: number,
  budget: Budget,
): boolean {
  switch (expression.kind) {
    case 'rule':
      return evaluate(expression, context, depth + 1, budget);
    case 'attribute':
      return evaluateAttribute(expression, context);
    case 'date':
      return evaluateDate(expression, context);
    case 'resource':
      return evaluateResource(expression, context);
    case 'operation':
      return evaluateOperation(expression, context);
  }
}

function evaluateResource(expression: ResourceExpression, context: RuleContext): boolean {
  const { resource } = context;
  if (resource === undefined) return false;
  return (
    (expression.class === undefined || expression.class === resource.standard) &&
    (expression.provider === undefined || expression.provider === resource.provider) &&
    (expression.type === undefined || expression.type === resource.agent)
  );
}

function evaluateOperation(expression: OperationExpression, context: RuleContext): boolean {
  const { operation } = context;
  if (operation === undefined || expression.name !== operation.name) return false;
  if (expression.interval === undefined) return true;
  const intervalMs = parseDurationMs(expression.interval);
  return intervalMs !== undefined && intervalMs === operation.intervalMs;
}
