import { HoldfastError } from '../errors/holdfast-error.ts';
import { chunksOf } from './xml-chunks.ts';
import { type XmlEvents, XmlScanner } from './xml-scanner.ts';

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
}

const DEFAULT_LIMITS: Required<XmlLimits> = {
  maxSize: 256 * 1024 * 1024,
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

/** Decides, when an element is complete, whether it is used up; then it is not kept in the tree. */
export type ElementConsumer = (element: XmlElement, ancestors: readonly XmlElement[]) => boolean;

/**
 * Reads an XML document into elements. Document type declarations are refused, so that no entity can be
 * defined and nothing can be expanded ("XML bombs"); the five entities of XML itself work. `consume` sees each
 * element as it ends, inner ones first, with everything around it.
 * @throws HoldfastError XML_SYNTAX with line and column; XML_LIMIT if a limit is passed
 */
export function readXml(
  input: string | Uint8Array,
  limits: XmlLimits = {},
  source?: string,
  consume?: ElementConsumer,
): XmlElement {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  if (input.length > bounds.maxSize) {
    throw new HoldfastError('XML_LIMIT', { limit: bounds.maxSize, what: 'characters' });
  }
  return new TreeBuilder(bounds, source, consume).read(input);
}

interface Place {
  readonly line: number;
  readonly column: number;
}

class TreeBuilder implements XmlEvents {
  readonly #limits: Required<XmlLimits>;
  readonly #source: string | undefined;
  readonly #consume: ElementConsumer | undefined;
  readonly #open: XmlElement[] = [];
  #root: XmlElement | undefined;
  #elements = 0;

  constructor(limits: Required<XmlLimits>, source: string | undefined, consume: ElementConsumer | undefined) {
    this.#limits = limits;
    this.#source = source;
    this.#consume = consume;
  }

  read(input: string | Uint8Array): XmlElement {
    new XmlScanner(chunksOf(input), this).run();
    return this.#root as XmlElement;
  }

  open(name: string, attributes: Record<string, string>, place: Place): void {
    this.#elements += 1;
    if (this.#elements > this.#limits.maxElements) this.#tooMany('elements', place);
    if (this.#open.length >= this.#limits.maxDepth) this.#tooMany('levels', place);
    const element: XmlElement = {
      name,
      attributes,
      children: [],
      text: '',
      line: place.line,
      column: place.column,
    };
    this.#root ??= element;
    this.#open.push(element);
  }

  close(): void {
    const element = this.#open.pop() as XmlElement;
    if (this.#consume?.(element, this.#open)) return;
    this.#open.at(-1)?.children.push(element);
  }

  text(text: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined && text.trim() !== '') element.text += text;
  }

  fail(problem: string, place: Place): never {
    throw new HoldfastError('XML_SYNTAX', { problem }, this.#position(place));
  }

  #tooMany(what: 'elements' | 'levels', place: Place): never {
    const limit = what === 'elements' ? this.#limits.maxElements : this.#limits.maxDepth;
    throw new HoldfastError('XML_LIMIT', { limit, what }, this.#position(place));
  }

  #position(place: Place): { source?: string; line: number; column: number } {
    return this.#source === undefined ? { ...place } : { source: this.#source, ...place };
  }
}
