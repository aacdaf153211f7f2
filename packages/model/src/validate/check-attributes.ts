import type { AttributeBlock } from '../configuration/attributes.ts';
import type { Rule, RuleExpression } from '../configuration/rule.ts';
import { LIMITS } from '../limits.ts';
import type { Report } from './finding.ts';
import type { NameTable } from './known-names.ts';
import { ROLE_VALUES } from './known-names.ts';
import { valueProblem } from './value-syntax.ts';

/** What the names in a block mean; absent for free names (parameters, node attributes). */
export interface BlockMeaning {
  readonly table: NameTable;
  /** What a name of the table is called, for people: `meta attribute`, `cluster option`. */
  readonly noun: string;
  readonly rename?: (name: string) => string;
}

/** Checks blocks of attributes: scores, rules, and names and values where their meaning is known. */
export function checkBlocks(
  blocks: readonly AttributeBlock[],
  owner: string,
  report: Report,
  meaning?: BlockMeaning,
): void {
  for (const block of blocks) checkBlock(block, owner, report, meaning);
}

/** Checks one block; see `checkBlocks`. */
export function checkBlock(
  block: AttributeBlock,
  owner: string,
  report: Report,
  meaning?: BlockMeaning,
): void {
  if (block.score !== undefined) expectValue(block.score, 'score', `${owner}: the score`, owner, report);
  checkRules(block.rules, owner, report);
  const seen = new Set<string>();
  for (const { name, value, idRef } of block.pairs) {
    if (name === undefined && idRef === undefined) report('error', owner, `${owner}: a pair has no name`);
    if (name === undefined) continue;
    if (name === '') report('error', owner, `${owner}: a name is empty`);
    if (seen.has(name))
      report('warning', owner, `${owner}: ${name} is set twice in one block; the first wins`);
    seen.add(name);
    if (meaning) checkNamed(name, value, owner, report, meaning);
  }
}

function checkNamed(
  name: string,
  value: string | undefined,
  owner: string,
  report: Report,
  { table, noun, rename }: BlockMeaning,
): void {
  const type = table.get(rename?.(name) ?? name);
  if (type === undefined) {
    report('warning', owner, `${owner}: ${name} is not a known ${noun}`);
    return;
  }
  // An empty meta attribute counts as not set; an option of the cluster has no value that is empty.
  const isEmpty = value === '' && (noun !== 'cluster option' || type === 'text');
  if (value !== undefined && !isEmpty) expectValue(value, type, `${owner}: ${name}`, owner, report);
}

/** Reports an error when a value is not of its type. `what` names the value in the sentence. */
export function expectValue(
  value: string,
  type: Parameters<typeof valueProblem>[1],
  what: string,
  owner: string,
  report: Report,
): void {
  const problem = valueProblem(value, type);
  if (problem) report('error', owner, `${what} "${shorten(value)}" ${problem}`);
}

/** Checks rules and everything in them. */
export function checkRules(rules: readonly Rule[], owner: string, report: Report, depth = 0): void {
  if (depth > LIMITS.nesting) {
    report('error', owner, `${owner}: rules are nested more than ${LIMITS.nesting} deep`);
    return;
  }
  for (const rule of rules) {
    if (rule.idRef !== undefined) continue;
    if (rule.score !== undefined)
      expectValue(rule.score, 'score', `${owner}: the rule's score`, owner, report);
    if (rule.role !== undefined)
      expectValue(rule.role, ROLE_VALUES, `${owner}: the rule's role`, owner, report);
    if (rule.expressions.length === 0) report('warning', owner, `${owner}: a rule has no conditions`);
    for (const expression of rule.expressions) checkExpression(expression, owner, report, depth);
  }
}

const OPERATIONS = ['lt', 'gt', 'lte', 'gte', 'eq', 'ne', 'defined', 'not_defined'];
const TYPES = ['string', 'integer', 'number', 'version'];

function checkExpression(expression: RuleExpression, owner: string, report: Report, depth: number): void {
  switch (expression.kind) {
    case 'rule':
      checkRules([expression], owner, report, depth + 1);
      return;
    case 'attribute': {
      const about = `${owner}: the condition on ${expression.attribute}`;
      expectValue(expression.operation, OPERATIONS, `${about}: operation`, owner, report);
      if (expression.type !== undefined) expectValue(expression.type, TYPES, `${about}: type`, owner, report);
      const takesNoValue = expression.operation === 'defined' || expression.operation === 'not_defined';
      if (!takesNoValue && expression.value === undefined) report('error', owner, `${about} has no value`);
      return;
    }
    case 'date': {
      const operation = expression.operation ?? 'in_range';
      expectValue(
        operation,
        ['gt', 'lt', 'in_range', 'date_spec', 'in-range'],
        `${owner}: the date operation`,
        owner,
        report,
      );
      if (operation === 'date_spec' && !expression.dateSpec)
        report('error', owner, `${owner}: a date condition has no date_spec`);
      return;
    }
    default:
      return;
  }
}

function shorten(value: string): string {
  return value.length > 60 ? `${value.slice(0, 57)}...` : value;
}
