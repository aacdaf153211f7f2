import type { AttributeBlock, NameValue } from '../configuration/attributes.ts';
import { parseRules } from './parse-rule.ts';
import { requireScore } from './parse-score.ts';
import { isKeyword, type TokenCursor } from './token-cursor.ts';
import type { Token } from './tokenize.ts';

/**
 * Reads one block: `[$id=ID|$id-ref=ID] [SCORE:] rule* (NAME=VALUE | NAME)*`, up to one of the keywords that may
 * follow in this statement. Blocks given by `$id-ref` hold nothing else.
 */
export function parseBlock(cursor: TokenCursor, keywords: readonly string[]): AttributeBlock {
  const id = cursor.takeNamed('$id');
  const idRef = cursor.takeNamed('$id-ref');
  if (idRef !== undefined) return { idRef, rules: [], pairs: [] };
  const score = cursor.takeWithColon();
  const rules = parseRules(cursor);
  return {
    ...(id === undefined ? {} : { id }),
    ...(score === undefined ? {} : { score: requireScore(cursor, score) }),
    rules,
    pairs: parsePairs(cursor, keywords),
  };
}

/** Reads names and values up to a keyword or the end of the statement. */
export function parsePairs(cursor: TokenCursor, keywords: readonly string[]): NameValue[] {
  const pairs: NameValue[] = [];
  for (let token = cursor.peek(); token && !isKeyword(token, keywords); token = cursor.peek()) {
    cursor.take('a parameter');
    pairs.push(readPair(cursor, token));
  }
  return pairs;
}

/** Reads names and values where each must have a value; later ones of the same name are refused. */
export function parseNamedValues(cursor: TokenCursor, keywords: readonly string[]): Record<string, string> {
  const found = new Map<string, string>();
  for (let token = cursor.peek(); token && !isKeyword(token, keywords); token = cursor.peek()) {
    cursor.take('a parameter');
    const equals = token.text.indexOf('=');
    if (equals <= 0) throw cursor.error(`expected name=value, but found "${token.text}"`, token);
    const name = token.text.slice(0, equals);
    if (found.has(name)) throw cursor.error(`${name} is given twice`, token);
    found.set(name, token.text.slice(equals + 1));
  }
  return Object.fromEntries(found);
}

function readPair(cursor: TokenCursor, token: Token): NameValue {
  const { text } = token;
  if (text.startsWith('@')) {
    const [idRef = '', ...name] = text.slice(1).split(':');
    if (idRef === '') throw cursor.error('the reference names nothing', token);
    return name.length === 0 ? { idRef } : { idRef, name: name.join(':') };
  }
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  if (name.startsWith('$') && equals > 0) {
    const colon = name.indexOf(':');
    const id = name.slice(1, colon < 0 ? undefined : colon);
    return { id, name: colon < 0 ? id : name.slice(colon + 1), value: text.slice(equals + 1) };
  }
  if (name === '' || /^[()[\]{}]$/.test(name) || name.endsWith(':'))
    throw cursor.error(`"${text}" is no parameter (expected name=value)`, token);
  return equals < 0 ? { name } : { name, value: text.slice(equals + 1) };
}
