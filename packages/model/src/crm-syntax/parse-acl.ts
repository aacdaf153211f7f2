import type { RawElement } from '../configuration/configuration.ts';
import { element } from './raw-element.ts';
import type { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokenize.ts';

const KINDS = ['read', 'write', 'deny'];

/** Abbreviations of XPath expressions; `R` stands for the first argument, `A` for the second. */
const SHORTCUTS: Readonly<
  Record<string, { readonly plain: string; readonly withName?: string; readonly first: 'R' | 'A' | '' }>
> = {
  meta: {
    first: 'R',
    plain: '//*[@id="R"]/meta_attributes',
    withName: '//*[@id="R"]/meta_attributes/nvpair[@name="A"]',
  },
  params: {
    first: 'R',
    plain: '//*[@id="R"]/instance_attributes',
    withName: '//*[@id="R"]/instance_attributes/nvpair[@name="A"]',
  },
  utilization: { first: 'R', plain: '//*[@id="R"]/utilization' },
  location: { first: 'R', plain: '//rsc_location[@rsc="R"]' },
  property: { first: 'A', plain: '//crm_config//nvpair', withName: '//crm_config//nvpair[@name="A"]' },
  nodeattr: {
    first: 'A',
    plain: '//nodes/node/instance_attributes',
    withName: '//nodes/node/instance_attributes/nvpair[@name="A"]',
  },
  nodeutil: { first: 'R', plain: '//nodes/node[@uname="R"]/utilization' },
  node: { first: 'R', plain: '//node[@uname="R"]' },
  status: { first: '', plain: '/cib/status' },
  cib: { first: '', plain: '/cib' },
};

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
  const token = cursor.take('what the permission is about');
  const colon = token.text.indexOf(':');
  const name = (colon < 0 ? token.text : token.text.slice(0, colon)).toLowerCase();
  const argument = colon < 0 ? '' : token.text.slice(colon + 1);
  if (name === 'xpath' && argument) return { xpath: argument };
  if ((name === 'ref' || name === 'id') && argument) return { reference: argument };
  if ((name === 'type' || name === 'tag') && argument)
    return { 'object-type': argument, ...parseAttribute(cursor) };
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
  const shortcut = SHORTCUTS[name];
  if (!shortcut || !Object.hasOwn(SHORTCUTS, name))
    throw cursor.error(`"${token.text}" is not expected here (xpath:, ref:, type:, meta:, ...)`, token);
  const [first = '', second] = argument.split(':');
  if (shortcut.first === 'R' && first === '') throw cursor.error(`${name}: names no object`, token);
  const attribute = shortcut.first === 'A' ? first : second;
  const pattern = attribute && shortcut.withName ? shortcut.withName : shortcut.plain;
  return pattern.replace('"R"', () => `"${first}"`).replace('"A"', () => `"${attribute ?? ''}"`);
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
