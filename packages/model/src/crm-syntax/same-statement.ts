import { isAssumedType } from './print-attributes.ts';
import type { Statement } from './statement.ts';

/**
 * A text that is the same for two statements that mean the same: ids inside objects, comments and the order of
 * sections do not count, and what is assumed when nothing is written is left out.
 */
export function canonicalStatement(statement: Statement): string {
  return JSON.stringify(strip(statement, ''));
}

const TOP_LEVEL = new Set([
  'constraint',
  'primitive',
  'template',
  'group',
  'clone',
  'bundle',
  'block',
  'tag',
  'node',
  'alert',
  'acl',
]);

function strip(value: unknown, field: string): unknown {
  if (Array.isArray(value)) return value.map((each) => strip(each, ''));
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = [];
  const source = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(source).sort()) {
    const each = source[name];
    if (each === undefined || name === 'comments' || name === 'sectionOrder') continue;
    if (name === 'id' && !TOP_LEVEL.has(field)) continue;
    if (isAssumed(source, name, each)) continue;
    entries.push([name, strip(each, name)]);
  }
  return Object.fromEntries(entries);
}

/** True for what may be left out because it says what is assumed anyway. */
function isAssumed(owner: Readonly<Record<string, unknown>>, name: string, value: unknown): boolean {
  if (owner.kind === 'rule' && name === 'score') return value === 'INFINITY';
  if (owner.kind === 'rule' && name === 'booleanOp') return value === 'and';
  if (owner.kind === 'attribute' && name === 'type')
    return isAssumedType(String(value), String(owner.operation), String(owner.value));
  if (name === 'sequential') return value === 'true';
  if (owner.kind === 'date' && name === 'operation') return value === 'in_range';
  // An ordering may say its kind by a score.
  return owner.kind === 'order' && name === 'score' && owner.orderKind === undefined;
}
