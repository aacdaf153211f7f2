import type { AttributeBlock, NameValue, Section } from '../configuration/attributes.ts';
import type { OperationDefinition, Primitive, Template } from '../configuration/resource.ts';
import { writtenOrder } from '../configuration/section-order.ts';
import { parseBlock, parsePairs } from './parse-attributes.ts';
import type { TokenCursor } from './token-cursor.ts';

const SECTIONS = ['params', 'meta', 'utilization', 'operations', 'op', 'op_params', 'op_meta'];

/** Attributes of the `op` element itself; other names given to an operation are parameters of the agent. */
const OPERATION_ATTRIBUTES = new Set([
  'interval',
  'timeout',
  'requires',
  'role',
  'start-delay',
  'interval-origin',
  'on-fail',
  'enabled',
  'record-pending',
  'description',
]);

/** Reads a `primitive` statement after its keyword. */
export function parsePrimitive(cursor: TokenCursor): Primitive {
  return { kind: 'primitive', ...parseAgent(cursor, true) };
}

/** Reads an `rsc_template` statement after its keyword. */
export function parseTemplate(cursor: TokenCursor): Template {
  const { template: _, ...parts } = parseAgent(cursor, false);
  return { kind: 'template', ...parts };
}

function parseAgent(cursor: TokenCursor, templateAllowed: boolean): Omit<Primitive, 'kind'> {
  const id = cursor.take('the id').text;
  const agent = parseAgentName(cursor, templateAllowed);
  const description = cursor.takeNamed('description');
  const parts = new AgentParts(cursor);
  parts.parse();
  return {
    id,
    ...agent,
    ...(description === undefined ? {} : { description }),
    ...parts.result(),
  };
}

function parseAgentName(
  cursor: TokenCursor,
  templateAllowed: boolean,
): { class?: string; provider?: string; type?: string; template?: string } {
  const token = cursor.take('the agent');
  if (token.text.startsWith('@')) {
    if (!templateAllowed) throw cursor.error('a template cannot be made from a template', token);
    return { template: token.text.slice(1) };
  }
  const words = token.text.split(':');
  if (words.some((each) => each === '') || words.length > 3 || token.text.includes('='))
    throw cursor.error(`"${token.text}" is no agent (expected CLASS:PROVIDER:TYPE or CLASS:TYPE)`, token);
  const [first = '', second, third] = words;
  if (third !== undefined && second !== undefined) return { class: first, provider: second, type: third };
  if (second === undefined) return { class: 'ocf', provider: 'heartbeat', type: first };
  return first === 'ocf'
    ? { class: 'ocf', provider: 'heartbeat', type: second }
    : { class: first, type: second };
}

/** Collects the sections of a primitive or template in the order in which they come. */
class AgentParts {
  readonly #cursor: TokenCursor;
  readonly #params: AttributeBlock[] = [];
  readonly #meta: AttributeBlock[] = [];
  readonly #utilization: AttributeBlock[] = [];
  readonly #operations: OperationDefinition[] = [];
  readonly #order: Section[] = [];
  #container: { id?: string; idRef?: string } | undefined;

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor;
  }

  parse(): void {
    const cursor = this.#cursor;
    // Parameters may be given without the keyword `params`.
    if (!cursor.atEnd && !SECTIONS.includes(cursor.peek()?.text.toLowerCase() ?? ''))
      this.#block('params', this.#params);
    while (!cursor.atEnd) {
      const token = cursor.peek();
      const section = cursor.takeKeyword(...SECTIONS);
      switch (section) {
        case 'params':
          this.#block('params', this.#params);
          break;
        case 'meta':
          this.#block('meta', this.#meta);
          break;
        case 'utilization':
          this.#block('utilization', this.#utilization);
          break;
        case 'operations':
          this.#operationsHeader();
          break;
        case 'op':
          this.#note('operations');
          this.#operations.push(parseOperation(cursor));
          break;
        default:
          throw cursor.error(`"${token?.text ?? ''}" is not expected here`, token);
      }
    }
  }

  result(): Pick<
    Primitive,
    'params' | 'meta' | 'utilization' | 'operations' | 'operationsContainer' | 'sectionOrder'
  > {
    return {
      params: this.#params,
      meta: this.#meta,
      utilization: this.#utilization,
      operations: this.#operations,
      ...(this.#container === undefined ? {} : { operationsContainer: this.#container }),
      ...writtenOrder(this.#order),
    };
  }

  #block(section: Section, into: AttributeBlock[]): void {
    this.#note(section);
    into.push(parseBlock(this.#cursor, SECTIONS));
  }

  #operationsHeader(): void {
    this.#note('operations');
    const id = this.#cursor.takeNamed('$id');
    const idRef = this.#cursor.takeNamed('$id-ref');
    if (id === undefined && idRef === undefined)
      throw this.#cursor.error('operations needs $id= or $id-ref=');
    this.#container = { ...(id === undefined ? {} : { id }), ...(idRef === undefined ? {} : { idRef }) };
  }

  #note(section: Section): void {
    if (section !== 'operations' || !this.#order.includes('operations')) this.#order.push(section);
  }
}

/** Reads an operation after the keyword `op`: `NAME nv* (op_params attrs | op_meta attrs)*`. */
function parseOperation(cursor: TokenCursor): OperationDefinition {
  const refName = cursor.takeNamed('$id-ref');
  if (refName !== undefined) return { idRef: refName, attributes: {}, params: [], meta: [] };
  const name = cursor.take('the name of the operation').text;
  return operationFrom(cursor, name, parsePairs(cursor, SECTIONS), parseOperationBlocks(cursor));
}

interface OperationBlocks {
  readonly params: AttributeBlock[];
  readonly meta: AttributeBlock[];
  readonly order: Section[];
}

function parseOperationBlocks(cursor: TokenCursor): OperationBlocks {
  const blocks: OperationBlocks = { params: [], meta: [], order: [] };
  for (;;) {
    const keyword = cursor.takeKeyword('op_params', 'op_meta');
    if (!keyword) return blocks;
    const section = keyword === 'op_params' ? 'params' : 'meta';
    blocks[section].push(parseBlock(cursor, SECTIONS));
    blocks.order.push(section);
  }
}

function operationFrom(
  cursor: TokenCursor,
  name: string,
  pairs: readonly NameValue[],
  blocks: OperationBlocks,
): OperationDefinition {
  const attributes: [string, string][] = [];
  const params: NameValue[] = [];
  let id: string | undefined;
  for (const pair of pairs) {
    if (pair.name === 'id' && pair.value !== undefined) id = pair.value;
    else if (pair.name !== undefined && OPERATION_ATTRIBUTES.has(pair.name)) {
      if (pair.value === undefined) throw cursor.error(`operation ${name}: ${pair.name} has no value`);
      attributes.push([pair.name, pair.value]);
    } else params.push(pair);
  }
  const loose: AttributeBlock[] = params.length > 0 ? [{ rules: [], pairs: params }] : [];
  return {
    ...(id === undefined ? {} : { id }),
    name,
    attributes: Object.fromEntries(attributes),
    params: [...loose, ...blocks.params],
    meta: blocks.meta,
    ...writtenOrder([...loose.map((): Section => 'params'), ...blocks.order]),
  };
}

/** Reads `monitor RSC[:ROLE] INTERVAL[:TIMEOUT]` after its keyword. */
export function parseMonitor(cursor: TokenCursor): { resource: string; operation: OperationDefinition } {
  const [resource = '', role] = cursor.take('the resource').text.split(':');
  const [interval = '', timeout] = cursor.take('the interval').text.split(':');
  if (resource === '' || interval === '') throw cursor.error('expected RESOURCE[:ROLE] INTERVAL[:TIMEOUT]');
  const attributes = {
    ...(role === undefined ? {} : { role }),
    interval,
    ...(timeout === undefined ? {} : { timeout }),
  };
  return { resource, operation: { name: 'monitor', attributes, params: [], meta: [] } };
}
