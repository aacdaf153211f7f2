import type { RawElement } from '../configuration/configuration.ts';
import { parseBlock } from './parse-attributes.ts';
import { element, pairElements } from './raw-element.ts';
import type { TokenCursor } from './token-cursor.ts';

const SECTIONS = ['attributes', 'meta', 'select', 'to', '{', '}'];
const SELECTIONS = ['nodes', 'fencing', 'resources', 'attributes'];

/**
 * Reads an `alert` statement after its keyword: `ID PATH [attributes nv*] [meta nv*] [select KIND*] (to [{] VALUE
 * [attributes nv*] [meta nv*] [}])*`. Sections behind a recipient belong to it, unless braces closed it.
 */
export function parseAlert(cursor: TokenCursor): RawElement {
  const id = cursor.take('the id').text;
  const path = cursor.take('the path').text;
  const description = cursor.takeNamed('description');
  const children: RawElement[] = [];
  while (!cursor.atEnd) {
    const keyword = cursor.takeKeyword('attributes', 'meta', 'select', 'to');
    if (keyword === 'select') children.push(parseSelect(cursor));
    else if (keyword === 'to') children.push(parseRecipient(cursor));
    else if (keyword) children.push(parseSection(cursor, keyword));
    else throw cursor.error(`"${cursor.peek()?.text ?? ''}" is not expected here`);
  }
  const attributes = { id, path, ...(description === undefined ? {} : { description }) };
  return element('alert', attributes, children);
}

function parseSection(cursor: TokenCursor, keyword: string): RawElement {
  const block = parseBlock(cursor, SECTIONS);
  return pairElements(keyword === 'attributes' ? 'instance_attributes' : 'meta_attributes', block);
}

function parseRecipient(cursor: TokenCursor): RawElement {
  const braced = cursor.takeKeyword('{') !== undefined;
  const id = cursor.takeNamed('$id');
  const value = cursor.take('the recipient').text;
  const description = cursor.takeNamed('description');
  const children: RawElement[] = [];
  for (;;) {
    const keyword = cursor.takeKeyword('attributes', 'meta');
    if (!keyword) break;
    children.push(parseSection(cursor, keyword));
  }
  if (braced && !cursor.takeKeyword('}')) throw cursor.error('expected "}"');
  const attributes = {
    ...(id === undefined ? {} : { id }),
    ...(description === undefined ? {} : { description }),
    value,
  };
  return element('recipient', attributes, children);
}

function parseSelect(cursor: TokenCursor): RawElement {
  const children: RawElement[] = [];
  for (let token = cursor.peek(); token; token = cursor.peek()) {
    // `attributes` here is a kind of event; followed by name=value it is the section of that name.
    const isSection = token.text.toLowerCase() === 'attributes' && /[=]/.test(cursor.peek(1)?.text ?? '');
    const kind = isSection ? undefined : cursor.takeKeyword(...SELECTIONS);
    if (!kind) break;
    children.push(element(`select_${kind}`, {}, kind === 'attributes' ? parseSelectedNames(cursor) : []));
  }
  if (children.length === 0) throw cursor.error(`expected ${SELECTIONS.join(', ')}`);
  return element('select', {}, children);
}

function parseSelectedNames(cursor: TokenCursor): RawElement[] {
  const names: RawElement[] = [];
  if (!cursor.takeKeyword('{')) return names;
  while (!cursor.takeKeyword('}')) names.push(element('attribute', { name: cursor.take('"}"').text }));
  return names;
}
