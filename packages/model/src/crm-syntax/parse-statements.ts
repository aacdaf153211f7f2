import type { Annotated } from '../configuration/attributes.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import { parseAclTarget, parseRole } from './parse-acl.ts';
import { parseMonitor, parsePrimitive, parseTemplate } from './parse-agent.ts';
import { parseAlert } from './parse-alert.ts';
import { parseFencingTopology, parseNode, parseOptionSet, parseTag } from './parse-cluster.ts';
import { parseBundle, parseClone, parseGroup } from './parse-collective.ts';
import { parseColocation, parseLocation, parseOrder, parseTicket } from './parse-constraint.ts';
import { parseXmlStatement } from './parse-xml.ts';
import type { ParsedStatement, Statement } from './statement.ts';
import { TokenCursor } from './token-cursor.ts';
import { type TokenizedStatement, tokenize } from './tokenize.ts';

const PARSERS: Readonly<Record<string, (cursor: TokenCursor, keyword: string) => Statement>> = {
  node: (cursor) => ({ kind: 'node', node: parseNode(cursor) }),
  primitive: (cursor) => ({ kind: 'primitive', primitive: parsePrimitive(cursor) }),
  rsc_template: (cursor) => ({ kind: 'template', template: parseTemplate(cursor) }),
  group: (cursor) => ({ kind: 'group', group: parseGroup(cursor) }),
  clone: (cursor, keyword) => ({ kind: 'clone', clone: parseClone(cursor, keyword) }),
  ms: (cursor, keyword) => ({ kind: 'clone', clone: parseClone(cursor, keyword) }),
  master: (cursor, keyword) => ({ kind: 'clone', clone: parseClone(cursor, keyword) }),
  bundle: (cursor) => ({ kind: 'bundle', bundle: parseBundle(cursor) }),
  monitor: (cursor) => ({ kind: 'monitor', ...parseMonitor(cursor) }),
  location: (cursor) => ({ kind: 'constraint', constraint: parseLocation(cursor) }),
  colocation: (cursor) => ({ kind: 'constraint', constraint: parseColocation(cursor) }),
  collocation: (cursor) => ({ kind: 'constraint', constraint: parseColocation(cursor) }),
  order: (cursor) => ({ kind: 'constraint', constraint: parseOrder(cursor) }),
  rsc_ticket: (cursor) => ({ kind: 'constraint', constraint: parseTicket(cursor) }),
  property: (cursor) => ({ kind: 'options', block: parseOptionSet(cursor) }),
  rsc_defaults: (cursor) => ({ kind: 'resource-defaults', block: parseOptionSet(cursor) }),
  op_defaults: (cursor) => ({ kind: 'operation-defaults', block: parseOptionSet(cursor) }),
  fencing_topology: (cursor) => ({ kind: 'fencing-topology', levels: parseFencingTopology(cursor) }),
  tag: (cursor) => ({ kind: 'tag', tag: parseTag(cursor) }),
  alert: (cursor) => ({ kind: 'alert', alert: parseAlert(cursor) }),
  role: (cursor) => ({ kind: 'acl', acl: parseRole(cursor) }),
  user: (cursor, keyword) => ({ kind: 'acl', acl: parseAclTarget(cursor, keyword) }),
  acl_target: (cursor, keyword) => ({ kind: 'acl', acl: parseAclTarget(cursor, keyword) }),
  acl_group: (cursor, keyword) => ({ kind: 'acl', acl: parseAclTarget(cursor, keyword) }),
  xml: (cursor) => ({ kind: 'xml', entities: parseXmlStatement(cursor) }),
};

/** First words of all statements of the configuration language. */
export const STATEMENT_KEYWORDS: readonly string[] = Object.keys(PARSERS);

/** How errors name the text. */
export interface ParseStatementsOptions {
  /** Name of the text for error positions, such as a file name. */
  readonly source?: string;
}

/**
 * Reads statements of the configuration language.
 * @throws HoldfastError CONFIG_SYNTAX with the statement, line and column; CONFIG_TOO_LARGE
 */
export function parseStatements(text: string, options: ParseStatementsOptions = {}): ParsedStatement[] {
  return tokenize(text, options.source).map((each) => parseOne(each, options.source));
}

/** Reads exactly one statement. @throws HoldfastError as `parseStatements`, also when there is none or more */
export function parseStatement(text: string, options: ParseStatementsOptions = {}): ParsedStatement {
  const [first, second] = parseStatements(text, options);
  if (first && !second) return first;
  throw new HoldfastError(
    'CONFIG_SYNTAX',
    { problem: first ? 'only one statement is expected' : 'there is no statement' },
    { line: second?.position.line ?? 1, column: 1 },
  );
}

function parseOne(tokenized: TokenizedStatement, source: string | undefined): ParsedStatement {
  const cursor = new TokenCursor(tokenized, source);
  const first = cursor.take('a statement');
  const keyword = first.text.toLowerCase();
  const parser = Object.hasOwn(PARSERS, keyword) ? PARSERS[keyword] : undefined;
  if (!parser) throw cursor.error(`"${first.text}" is no statement`, first);
  const statement = parser(cursor, keyword);
  if (keyword !== 'xml' && !cursor.atEnd)
    throw cursor.error(`"${cursor.peek()?.text ?? ''}" is not expected here`);
  return { statement: withComments(statement, cursor.comments), position: cursor.position(first) };
}

/** Puts the comments above a statement on the object it describes. */
function withComments(statement: Statement, comments: readonly string[]): Statement {
  if (comments.length === 0) return statement;
  const note = <T extends Annotated>(value: T): T => ({ ...value, comments });
  switch (statement.kind) {
    case 'node':
      return { ...statement, node: note(statement.node) };
    case 'primitive':
      return { ...statement, primitive: note(statement.primitive) };
    case 'template':
      return { ...statement, template: note(statement.template) };
    case 'group':
      return { ...statement, group: note(statement.group) };
    case 'clone':
      return { ...statement, clone: note(statement.clone) };
    case 'bundle':
      return { ...statement, bundle: note(statement.bundle) };
    case 'constraint':
      return { ...statement, constraint: note(statement.constraint) };
    case 'options':
    case 'resource-defaults':
    case 'operation-defaults':
      return { ...statement, block: note(statement.block) };
    case 'tag':
      return { ...statement, tag: note(statement.tag) };
    default:
      return statement;
  }
}
