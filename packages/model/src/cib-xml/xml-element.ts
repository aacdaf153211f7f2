import { HoldfastError } from '../errors/holdfast-error.ts';
import { XmlDocument } from './xml-document.ts';
import { type XmlEvents, XmlScanner } from './xml-scanner.ts';
import type { XmlTag } from './xml-tag.ts';

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
  /**
   * Bytes or UTF-16 code units of the whole document. A cluster of 100 nodes and 2000 resources has 125 MB.
   * @default 268435456 (256 MiB)
   */
  readonly maxSize?: number;
  /** Nested elements. @default 128 */
  readonly maxDepth?: number;
  /** Elements altogether; bounds memory, at about 300 bytes an element. @default 2000000 */
  readonly maxElements?: number;
  /** Attributes altogether; bounds memory, at about 30 bytes an attribute. @default 20000000 */
  readonly maxAttributes?: number;
  /** Attributes of one element. No element of a CIB has more than 40. @default 1000 */
  readonly maxElementAttributes?: number;
}

const DEFAULT_LIMITS: Required<XmlLimits> = {
  maxSize: 256 * 1024 * 1024,
  maxDepth: 128,
  maxElements: 2_000_000,
  maxAttributes: 20_000_000,
  maxElementAttributes: 1000,
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
  element: { readonly line: number; readonly column: number },
  source?: string,
): { source?: string; line: number; column: number } {
  return { ...(source === undefined ? {} : { source }), line: element.line, column: element.column };
}

/** Readers that use up parts of a document while it is read, so that these are not kept in the tree. */
export interface PartReaders {
  /** Sees each element as it ends, inner ones first, with everything around it; true if it is used up. */
  readonly consume?: (element: XmlElement, ancestors: readonly XmlElement[]) => boolean;
  /** Sees each start tag; a reader that it gives gets everything inside, and a `close` for the end. */
  readonly takeOver?: (tag: XmlTag, ancestors: readonly XmlElement[]) => XmlEvents | undefined;
}

/**
 * Reads an XML document into elements. Document type declarations are refused, so that no entity can be
 * defined and nothing can be expanded ("XML bombs"); the five entities of XML itself work.
 * @throws HoldfastError XML_SYNTAX with line and column; XML_LIMIT if a limit is passed
 */
export function readXml(
  input: string | Uint8Array,
  limits: XmlLimits = {},
  source?: string,
  readers: PartReaders = {},
): XmlElement {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  if (input.length > bounds.maxSize) {
    throw new HoldfastError('XML_LIMIT', { limit: bounds.maxSize, what: 'characters' });
  }
  return new TreeBuilder(new XmlDocument(input, source), bounds, readers).read();
}

type Attributes = Record<string, string>;

/** Attributes by name. Without a prototype: no name of an attribute means anything but itself. */
const Attributes = class {} as unknown as new () => Attributes;
Object.setPrototypeOf(Attributes.prototype, null);
Reflect.deleteProperty(Attributes.prototype, 'constructor');

/** All attributes of a tag, by name. */
export function attributesOf(tag: XmlTag): Attributes {
  const attributes = new Attributes();
  const { names } = tag.shape;
  for (let i = 0; i < names.length; i++) attributes[names[i] as string] = tag.values[i] as string;
  return attributes;
}

class ReadElement implements XmlElement {
  name: string;
  attributes: Attributes;
  children: XmlElement[] = [];
  text = '';
  readonly #document: XmlDocument;
  readonly #at: number;

  constructor(tag: XmlTag, document: XmlDocument) {
    this.name = tag.name;
    this.attributes = attributesOf(tag);
    this.#document = document;
    this.#at = tag.at;
  }

  get line(): number {
    return this.#document.placeOf(this.#at).line;
  }

  get column(): number {
    return this.#document.placeOf(this.#at).column;
  }
}

class TreeBuilder implements XmlEvents {
  readonly #document: XmlDocument;
  readonly #limits: Required<XmlLimits>;
  readonly #readers: PartReaders;
  readonly #open: XmlElement[] = [];
  #root: XmlElement | undefined;
  #elements = 0;
  #attributes = 0;
  /** Who reads the element at hand, and how many elements are open in it. */
  #reader: XmlEvents | undefined;
  #depth = 0;

  constructor(document: XmlDocument, limits: Required<XmlLimits>, readers: PartReaders) {
    this.#document = document;
    this.#limits = limits;
    this.#readers = readers;
  }

  read(): XmlElement {
    new XmlScanner(this.#document, this, this.#limits.maxElementAttributes).run();
    return this.#root as XmlElement;
  }

  open(tag: XmlTag): void {
    this.#bound('elements', ++this.#elements, this.#limits.maxElements, tag);
    this.#attributes += tag.shape.size;
    this.#bound('attributes', this.#attributes, this.#limits.maxAttributes, tag);
    this.#bound('levels', this.#open.length + this.#depth + 1, this.#limits.maxDepth, tag);
    if (this.#reader !== undefined) {
      this.#depth++;
      this.#reader.open(tag);
      return;
    }
    this.#reader = this.#readers.takeOver?.(tag, this.#open);
    if (this.#reader !== undefined) {
      this.#depth = 1;
      return;
    }
    const element = new ReadElement(tag, this.#document);
    this.#root ??= element;
    this.#open.push(element);
  }

  close(): void {
    if (this.#reader !== undefined) {
      this.#reader.close();
      if (--this.#depth === 0) this.#reader = undefined;
      return;
    }
    const element = this.#open.pop() as XmlElement;
    if (this.#readers.consume?.(element, this.#open)) return;
    this.#open.at(-1)?.children.push(element);
  }

  text(text: string): void {
    if (this.#reader !== undefined) {
      this.#reader.text(text);
      return;
    }
    const element = this.#open.at(-1);
    if (element !== undefined && text.trim() !== '') element.text += text;
  }

  #bound(what: 'elements' | 'levels' | 'attributes', count: number, limit: number, tag: XmlTag): void {
    if (count > limit) throw new HoldfastError('XML_LIMIT', { limit, what }, this.#document.position(tag.at));
  }
}
