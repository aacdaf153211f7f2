import type { AttributeBlock, Section } from '../configuration/attributes.ts';
import type { FencingLevel, Tag } from '../configuration/configuration.ts';
import { writtenOrder } from '../configuration/section-order.ts';
import { parseBlock, parsePairs } from './parse-attributes.ts';
import { parseRules } from './parse-rule.ts';
import type { WrittenNode } from './statement.ts';
import type { TokenCursor } from './token-cursor.ts';

const NODE_SECTIONS = ['attributes', 'utilization'];
const NODE_TYPES = ['member', 'normal', 'remote', 'ping'];

/** Reads a `node` statement after its keyword. */
export function parseNode(cursor: TokenCursor): WrittenNode {
  const id = cursor.takeNamed('$id') ?? cursor.takeWithColon()?.text;
  const token = cursor.take('the name of the node');
  const colon = token.text.lastIndexOf(':');
  const name = colon < 0 ? token.text : token.text.slice(0, colon);
  const type = colon < 0 ? undefined : token.text.slice(colon + 1).toLowerCase();
  if (name === '') throw cursor.error('the name of the node is missing', token);
  if (type !== undefined && !NODE_TYPES.includes(type))
    throw cursor.error(`"${type}" is no type of node (member, remote)`, token);
  const description = cursor.takeNamed('description');
  const attributes: AttributeBlock[] = [];
  const utilization: AttributeBlock[] = [];
  const order: Section[] = [];
  while (!cursor.atEnd) {
    const keyword = cursor.takeKeyword(...NODE_SECTIONS);
    if (!keyword) throw cursor.error(`"${cursor.peek()?.text ?? ''}" is not expected here`);
    order.push(keyword === 'attributes' ? 'params' : 'utilization');
    (keyword === 'attributes' ? attributes : utilization).push(parseBlock(cursor, NODE_SECTIONS));
  }
  return {
    ...(id === undefined ? {} : { id }),
    name,
    ...(type === undefined ? {} : { type }),
    ...(description === undefined ? {} : { description }),
    attributes,
    utilization,
    ...writtenOrder(order),
  };
}

/** Reads `property`, `rsc_defaults` or `op_defaults` after its keyword: `[ID:|$id=ID] rule* nv*`. */
export function parseOptionSet(cursor: TokenCursor): AttributeBlock {
  const id = cursor.takeNamed('$id') ?? cursor.takeWithColon()?.text;
  const idRef = cursor.takeNamed('$id-ref');
  if (idRef !== undefined) return { idRef, rules: [], pairs: [] };
  const score = cursor.takeNamed('$score') ?? undefined;
  return {
    ...(id === undefined ? {} : { id }),
    ...(score === undefined ? {} : { score }),
    rules: parseRules(cursor),
    pairs: parsePairs(cursor, []),
  };
}

/** Reads a `fencing_topology` statement after its keyword. Levels are counted for each target. */
export function parseFencingTopology(cursor: TokenCursor): FencingLevel[] {
  const levels: FencingLevel[] = [];
  let target: Omit<FencingLevel, 'index' | 'devices'> = {};
  let index = 0;
  while (!cursor.atEnd) {
    const found = parseTarget(cursor);
    if (found) {
      if (levels.length > 0 && index === 0) throw cursor.error('a target has no devices');
      target = found;
      index = 0;
    } else {
      index += 1;
      levels.push({ index: String(index), devices: cursor.take('a device').text, ...target });
    }
  }
  if (index === 0 && Object.keys(target).length > 0) throw cursor.error('a device is missing');
  return levels;
}

function parseTarget(cursor: TokenCursor): Omit<FencingLevel, 'index' | 'devices'> | undefined {
  const pattern = cursor.peek()?.text.startsWith('pattern:')
    ? cursor.take('the pattern').text.slice(8)
    : undefined;
  if (pattern !== undefined) return { targetPattern: pattern };
  const token = cursor.peek();
  if (token?.text.startsWith('attr:')) {
    cursor.take('the target');
    const [name = '', ...value] = token.text.slice(5).split('=');
    if (name === '' || value.length === 0) throw cursor.error('expected attr:NAME=VALUE', token);
    return { targetAttribute: name, targetValue: value.join('=') };
  }
  const node = cursor.takeWithColon();
  return node ? { target: node.text } : undefined;
}

/** Reads a `tag` statement after its keyword. */
export function parseTag(cursor: TokenCursor): Tag {
  const token = cursor.take('the id');
  const id = token.text.replace(/:$/, '');
  if (id === '' || id.endsWith(':')) throw cursor.error(`"${token.text}" is no id of a tag`, token);
  const members: string[] = [];
  while (!cursor.atEnd) members.push(cursor.take('a member').text);
  if (members.length === 0) throw cursor.error('a member is missing');
  return { id, members };
}
