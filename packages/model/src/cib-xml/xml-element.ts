import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { HoldfastError } from '../errors/holdfast-error.ts';

/** One XML element with its place in the text. Comments and processing instructions are dropped. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
  readonly line: number;
  readonly column: number;
}

/** Bounds on a document. Each has a default large enough for any real cluster. */
export interface XmlLimits {
  /** Bytes or UTF-16 code units of the whole document. @default 67108864 (64 MiB) */
  readonly maxSize?: number;
  /** Nested elements. @default 128 */
  readonly maxDepth?: number;
  /** Elements altogether; bounds memory, at about 300 bytes an element. @default 2000000 */
  readonly maxElements?: number;
}

const DEFAULT_LIMITS: Required<XmlLimits> = {
  maxSize: 64 * 1024 * 1024,
  maxDepth: 128,
  maxElements: 2_000_000,
};

/** An element built by code, without a place in a text. */
export function makeElement(
  name: string,
  attributes: Record<string, string> = {},
  children: XmlElement[] = [],
  from?: XmlElement,
): XmlElement {
  return { name, attributes, children, text: '', line: from?.line ?? 0, column: from?.column ?? 0 };
}

/** The position of an element for an error. */
export function positionOf(
  element: XmlElement,
  source?: string,
): { source?: string; line: number; column: number } {
  return { ...(source === undefined ? {} : { source }), line: element.line, column: element.column };
}

/**
 * Reads an XML document into elements. Document type declarations are refused, so that no entity can be
 * defined and nothing can be expanded ("XML bombs"); the five entities of XML itself work.
 * @throws HoldfastError XML_SYNTAX with line and column; XML_LIMIT if a limit is passed
 */
export function readXml(input: string | Uint8Array, limits: XmlLimits = {}, source?: string): XmlElement {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  if (input.length > bounds.maxSize) {
    throw new HoldfastError('XML_LIMIT', { limit: bounds.maxSize, what: 'characters' });
  }
  return new Reader(bounds, source).read(typeof input === 'string' ? input : decode(input));
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HoldfastError('XML_SYNTAX', { problem: 'the text is not UTF-8' });
  }
}

class Reader {
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  readonly #limits: Required<XmlLimits>;
  readonly #source: string | undefined;
  readonly #open: XmlElement[] = [];
  #root: XmlElement | undefined;
  #elements = 0;
  #line = 1;
  #column = 1;

  constructor(limits: Required<XmlLimits>, source: string | undefined) {
    this.#limits = limits;
    this.#source = source;
    const parser = this.#parser;
    parser.on('error', (error) =>
      this.#fail('XML_SYNTAX', { problem: error.message.replace(/^(\d+:\d+: )/, '') }),
    );
    parser.on('doctype', () =>
      this.#fail('XML_SYNTAX', { problem: 'document type declarations are not accepted' }),
    );
    parser.on('opentagstart', (tag) => {
      this.#line = parser.line;
      this.#column = Math.max(1, parser.columnIndex - tag.name.length - 1);
    });
    parser.on('opentag', (tag) => this.#openTag(tag as SaxesTagPlain));
    parser.on('closetag', () => this.#open.pop());
    parser.on('text', (text) => this.#text(text));
    parser.on('cdata', (text) => this.#text(text));
  }

  read(text: string): XmlElement {
    this.#parser.write(text).close();
    if (this.#root === undefined) return this.#fail('XML_SYNTAX', { problem: 'the document is empty' });
    return this.#root;
  }

  #openTag(tag: SaxesTagPlain): void {
    this.#elements += 1;
    if (this.#elements > this.#limits.maxElements) {
      this.#fail('XML_LIMIT', { limit: this.#limits.maxElements, what: 'elements' });
    }
    if (this.#open.length >= this.#limits.maxDepth) {
      this.#fail('XML_LIMIT', { limit: this.#limits.maxDepth, what: 'levels' });
    }
    const element: XmlElement = {
      name: tag.name,
      attributes: tag.attributes,
      children: [],
      text: '',
      line: this.#line,
      column: this.#column,
    };
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = element;
    else parent.children.push(element);
    this.#open.push(element);
  }

  #text(text: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined && text.trim() !== '') element.text += text;
  }

  #fail(code: 'XML_SYNTAX' | 'XML_LIMIT', details: Record<string, string | number>): never {
    const position = { line: this.#parser.line, column: this.#parser.columnIndex + 1 };
    throw new HoldfastError(
      code,
      details,
      this.#source === undefined ? position : { source: this.#source, ...position },
    );
  }
}
