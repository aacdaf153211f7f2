import type { AttributeBlock, Section } from '../configuration/attributes.ts';
import type { Bundle } from '../configuration/resource.ts';
import { writtenOrder } from '../configuration/section-order.ts';
import { parseBlock, parseNamedValues } from './parse-attributes.ts';
import type { WrittenBundle, WrittenClone, WrittenGroup } from './statement.ts';
import type { TokenCursor } from './token-cursor.ts';

const SECTIONS = ['params', 'meta'];

/** Reads a `group` statement after its keyword. */
export function parseGroup(cursor: TokenCursor): WrittenGroup {
  const id = cursor.take('the id').text;
  const members: string[] = [];
  for (let token = cursor.peek(); token; token = cursor.peek()) {
    if (SECTIONS.includes(token.text.toLowerCase()) || token.text.includes('=')) break;
    members.push(cursor.take('a member').text);
  }
  return { kind: 'group', id, ...parseRest(cursor), members };
}

/** Reads a `clone` statement after its keyword; `ms` and `master` are the old way to write `promotable=true`. */
export function parseClone(cursor: TokenCursor, keyword: string): WrittenClone {
  const id = cursor.take('the id').text;
  const child = cursor.take('the resource').text;
  if (child.includes('=')) throw cursor.error(`"${child}" is no resource`);
  return {
    kind: 'clone',
    id,
    ...(keyword === 'clone' ? {} : { legacyMaster: true }),
    ...parseRest(cursor),
    child,
  };
}

interface Rest {
  readonly description?: string;
  readonly params: readonly AttributeBlock[];
  readonly meta: readonly AttributeBlock[];
  readonly sectionOrder?: readonly Section[];
}

function parseRest(cursor: TokenCursor): Rest {
  const blocks: Record<'params' | 'meta', AttributeBlock[]> = { params: [], meta: [] };
  const order: Section[] = [];
  const description = cursor.takeNamed('description');
  const add = (section: 'params' | 'meta'): void => {
    order.push(section);
    blocks[section].push(parseBlock(cursor, SECTIONS));
  };
  // Parameters may be given without the keyword `params`.
  if (!cursor.atEnd && !SECTIONS.includes(cursor.peek()?.text.toLowerCase() ?? '')) add('params');
  while (!cursor.atEnd) {
    const keyword = cursor.takeKeyword('params', 'meta');
    if (!keyword) throw cursor.error(`"${cursor.peek()?.text ?? ''}" is not expected here`);
    add(keyword === 'params' ? 'params' : 'meta');
  }
  return {
    ...(description === undefined ? {} : { description }),
    ...blocks,
    ...writtenOrder(order),
  };
}

const RUNTIMES = ['docker', 'podman', 'rkt'] as const;
const BUNDLE_PARTS = ['network', 'port-mapping', 'storage', 'storage-mapping', 'meta', 'params', 'primitive'];

/** Reads a `bundle` statement after its keyword. */
export function parseBundle(cursor: TokenCursor): WrittenBundle {
  const id = cursor.take('the id').text;
  const description = cursor.takeNamed('description');
  const runtime = cursor.takeKeyword(...RUNTIMES) as (typeof RUNTIMES)[number] | undefined;
  if (!runtime) throw cursor.error(`expected ${RUNTIMES.join(', ')}`);
  const container: Bundle['container'] = { runtime, attributes: parseNamedValues(cursor, BUNDLE_PARTS) };
  const blocks: Record<'params' | 'meta', AttributeBlock[]> = { params: [], meta: [] };
  let network: Bundle['network'];
  let storage: Readonly<Record<string, string>>[] = [];
  let child: string | undefined;
  while (!cursor.atEnd) {
    const keyword = cursor.takeKeyword('network', 'storage', 'meta', 'params', 'primitive');
    if (keyword === 'network')
      network = {
        attributes: parseNamedValues(cursor, BUNDLE_PARTS),
        portMappings: parseMappings(cursor, 'port-mapping'),
      };
    else if (keyword === 'storage') storage = parseMappings(cursor, 'storage-mapping');
    else if (keyword === 'meta' || keyword === 'params')
      blocks[keyword].push(parseBlock(cursor, BUNDLE_PARTS));
    else if (keyword === 'primitive') {
      child = cursor.take('the resource').text;
      if (!cursor.atEnd) throw cursor.error('nothing may follow the resource of a bundle');
    } else throw cursor.error(`"${cursor.peek()?.text ?? ''}" is not expected here`);
  }
  return {
    kind: 'bundle',
    id,
    ...(description === undefined ? {} : { description }),
    ...blocks,
    container,
    ...(network === undefined ? {} : { network }),
    storage,
    ...(child === undefined ? {} : { child }),
  };
}

function parseMappings(cursor: TokenCursor, keyword: string): Readonly<Record<string, string>>[] {
  const found: Readonly<Record<string, string>>[] = [];
  while (cursor.takeKeyword(keyword)) found.push(parseNamedValues(cursor, BUNDLE_PARTS));
  return found;
}
