import type { RawElement } from '../configuration/configuration.ts';
import { shortcutToXpath } from './acl-shortcuts.ts';
import { element } from './raw-element.ts';
import type { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokenize.ts';

const KINDS = ['read', 'write', 'deny'];

/** Reads a `role` statement after its keyword: `ID ((read|write|deny) WHAT+)+`. */
export function parseRole(cursor: TokenCursor): RawElement {
  const id = cursor.take('the id').text;
  const description = cursor.takeNamed('description');
  const permissions: RawElement[] = [];
  let kind: string | undefined;
  while (!cursor.atEnd) {
    kind = cursor.takeKeyword(...KINDS) ?? kind;
    if (!kind) throw cursor.error(`expected ${KINDS.join(', ')}`);
    permissions.push(element('acl_permission', { kind, ...parseTarget(cursor) }));
  }
  if (permissions.length === 0) throw cursor.error(`expected ${KINDS.join(', ')}`);
  return element('acl_role', { id, ...(description === undefined ? {} : { description }) }, permissions);
}

function parseTarget(cursor: TokenCursor): Readonly<Record<string, string>> {
  const early = parseAttribute(cursor);
  const token = cursor.take('what the permission is about');
  const colon = token.text.indexOf(':');
  const name = (colon < 0 ? token.text : token.text.slice(0, colon)).toLowerCase();
  const argument = colon < 0 ? '' : token.text.slice(colon + 1);
  if (name === 'xpath' && argument) return { xpath: argument };
  if ((name === 'ref' || name === 'id') && argument) return { reference: argument };
  if ((name === 'type' || name === 'tag') && argument)
    return { 'object-type': argument, ...early, ...parseAttribute(cursor) };
  return { xpath: expandShortcut(cursor, token, name, argument) };
}

function parseAttribute(cursor: TokenCursor): Readonly<Record<string, string>> {
  const token = cursor.peek();
  const found = /^attr(?:ibute)?:(.+)$/i.exec(token?.text ?? '');
  if (!found?.[1]) return {};
  cursor.take('the attribute');
  return { attribute: found[1] };
}

function expandShortcut(cursor: TokenCursor, token: Token, name: string, argument: string): string {
  const xpath = shortcutToXpath(name, argument);
  if (xpath !== undefined) return xpath;
  throw cursor.error(`"${token.text}" is not expected here (xpath:, ref:, type:, meta:, ...)`, token);
}

/** Reads `acl_target`, `acl_group` or the older `user`: an id and the roles it has. */
export function parseAclTarget(cursor: TokenCursor, keyword: string): RawElement {
  const id = cursor.take('the id').text;
  const roles: RawElement[] = [];
  while (!cursor.atEnd) {
    const token = cursor.take('a role');
    const role = token.text.replace(/^role:/i, '');
    if (role === '' || role.includes(':') || KINDS.includes(role.toLowerCase()))
      throw cursor.error('expected a role; permissions of a user must be put into one', token);
    roles.push(element('role', { id: role }));
  }
  return element(keyword === 'acl_group' ? 'acl_group' : 'acl_target', { id }, roles);
}
