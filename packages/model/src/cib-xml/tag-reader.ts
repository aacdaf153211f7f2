import { HoldfastError } from '../errors/holdfast-error.ts';
import type { ByteStrings } from './byte-strings.ts';
import { CHARACTERS, isForbidden, nameEnd, spaceEnd } from './characters.ts';
import type { XmlDocument } from './xml-document.ts';
import { XmlShape, type XmlTag } from './xml-tag.ts';

const { greater, slash, equals, quote, apostrophe, less, ampersand } = CHARACTERS;

/** What was read of the last tag of a name, and where. */
class ReadTag implements XmlTag {
  readonly name: string;
  shape: XmlShape;
  readonly values: string[] = [];
  at = 0;
  /** Where the name ends. */
  nameEnd = 0;
  /** Where each value begins (its quote), and where each attribute ends (behind its last quote). */
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  readonly #document: XmlDocument;

  constructor(name: string, shape: XmlShape, document: XmlDocument) {
    this.name = name;
    this.shape = shape;
    this.#document = document;
  }

  get line(): number {
    return this.#document.placeOf(this.at).line;
  }

  get column(): number {
    return this.#document.placeOf(this.at).column;
  }

  /** Where the attributes up to one end. */
  endOf(count: number): number {
    return count === 0 ? this.nameEnd : (this.ends[count - 1] as number);
  }
}

/** Last and next tag of a name; they take turns. */
interface Turns {
  last: ReadTag;
  next: ReadTag;
}

/** The document ends within the tag. */
export const INCOMPLETE = -1;

/**
 * Reads start tags. In what machines write, a tag mostly says what the last one of its name said, except for a
 * value here and there. So the bytes of both are compared, four at a time, and the strings of the last one are used
 * for everything that is the same; only what differs is read character by character.
 */
export class TagReader {
  readonly #document: XmlDocument;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #strings: ByteStrings;
  readonly #empty = XmlShape.empty();
  readonly #byName = new Map<string, Turns>();
  readonly #maxAttributes: number;
  /** The tag read last. */
  tag: XmlTag;

  constructor(document: XmlDocument, strings: ByteStrings, maxAttributes: number) {
    this.#document = document;
    this.#bytes = document.bytes;
    this.#view = document.view;
    this.#strings = strings;
    this.#maxAttributes = maxAttributes;
    this.tag = new ReadTag('', this.#empty, document);
  }

  /**
   * Reads the tag that begins at a place, up to its `>` or `/`.
   * @returns the place of that, or INCOMPLETE
   * @throws HoldfastError XML_SYNTAX, XML_LIMIT
   */
  read(at: number): number {
    const bytes = this.#bytes;
    const end = nameEnd(bytes, at + 1);
    const name = this.#strings.take(at + 1, end);
    if (end >= bytes.length) return INCOMPLETE;
    if (name === '') this.#document.fail('a tag has no name', at);
    let turns = this.#byName.get(name);
    if (turns === undefined) {
      const make = (): ReadTag => new ReadTag(name, this.#empty, this.#document);
      turns = { last: make(), next: make() };
      this.#byName.set(name, turns);
    }
    const { last, next } = turns;
    turns.last = next;
    turns.next = last;
    next.at = at;
    next.nameEnd = end;
    this.tag = next;
    return this.#attributes(last, next);
  }

  #attributes(last: ReadTag, tag: ReadTag): number {
    const bytes = this.#bytes;
    const known = last.shape.names;
    const lastEnd = last.endOf(known.length);
    // So many attributes were read, and so many of the last tag's are behind us; the names are the last one's so far.
    let count = 0;
    let seen = 0;
    let shape: XmlShape | undefined;
    for (;;) {
      const before = tag.endOf(count);
      const shift = before - last.endOf(seen);
      const same = this.#sameUntil(before - shift, before, lastEnd);
      for (; seen < known.length && (last.ends[seen] as number) <= same; seen++, count++) {
        tag.values[count] = last.values[seen] as string;
        tag.starts[count] = (last.starts[seen] as number) + shift;
        tag.ends[count] = (last.ends[seen] as number) + shift;
        shape = shape?.with(known[seen] as string);
      }
      let name: string | undefined;
      if (seen < known.length && (last.starts[seen] as number) <= same) {
        name = known[seen] as string;
        tag.starts[count] = (last.starts[seen] as number) + shift;
      } else {
        const from = tag.endOf(count);
        const at = spaceEnd(bytes, from);
        const byte = bytes[at];
        if (byte === greater || byte === slash) {
          return this.#finish(tag, shape ?? last.shape.first(count), at);
        }
        if (byte === undefined) return INCOMPLETE;
        if (from === at) this.#document.fail('there is no space before an attribute', at);
        name = this.#name(tag, count, at);
      }
      if (name === undefined || !this.#value(tag, count, name)) return INCOMPLETE;
      if (shape !== undefined || name !== known[seen]) {
        shape = (shape ?? last.shape.first(count)).with(name);
      }
      if (name === known[seen]) seen++;
      else if (name === known[seen + 1]) seen += 2;
      count++;
      if (count > this.#maxAttributes) this.#tooMany(tag);
    }
  }

  /** Up to which place, before an end, the bytes at one place are those at a later one. */
  #sameUntil(from: number, later: number, end: number): number {
    const view = this.#view;
    const shift = later - from;
    const lastWord = Math.min(end, view.byteLength - shift) - 4;
    let at = from;
    while (at <= lastWord && view.getInt32(at) === view.getInt32(at + shift)) at += 4;
    const bytes = this.#bytes;
    while (at < end && bytes[at] === bytes[at + shift]) at++;
    return at;
  }

  #finish(tag: ReadTag, shape: XmlShape, at: number): number {
    tag.shape = shape;
    const { repeated } = shape;
    if (repeated < 0) return at;
    const place = spaceEnd(this.#bytes, tag.endOf(repeated));
    return this.#document.fail(`the attribute ${shape.names[repeated]} is there twice`, place);
  }

  /** Reads a name and the `=` behind it; undefined if the document ends there. */
  #name(tag: ReadTag, index: number, start: number): string | undefined {
    const bytes = this.#bytes;
    const end = nameEnd(bytes, start);
    let at = spaceEnd(bytes, end);
    if (at >= bytes.length) return undefined;
    if (end === start) this.#document.fail('an attribute has no name', start);
    const name = this.#strings.take(start, end);
    if (bytes[at] !== equals) this.#document.fail(`the attribute ${name} has no value`, at);
    at = spaceEnd(bytes, at + 1);
    if (at >= bytes.length) return undefined;
    tag.starts[index] = at;
    return name;
  }

  /** Reads a value in quotes; false if the document ends there. */
  #value(tag: ReadTag, index: number, name: string): boolean {
    const bytes = this.#bytes;
    const start = tag.starts[index] as number;
    const open = bytes[start];
    if (open !== quote && open !== apostrophe) {
      this.#document.fail(`the value of ${name} is not quoted`, start);
    }
    let at = start + 1;
    let plain = true;
    for (let byte = bytes[at]; byte !== open; byte = bytes[++at]) {
      if (byte === undefined) return false;
      if (byte === less) this.#document.fail(`the value of ${name} has a <`, at);
      if (byte === ampersand || byte < 32) {
        if (isForbidden(byte)) this.#document.fail(`the value of ${name} has a control character`, at);
        plain = false;
      }
    }
    tag.values[index] = plain
      ? this.#strings.take(start + 1, at)
      : this.#strings.resolve(start + 1, at, true);
    tag.ends[index] = at + 1;
    return true;
  }

  #tooMany(tag: ReadTag): never {
    const details = { limit: this.#maxAttributes, what: 'attributes in one element' };
    throw new HoldfastError('XML_LIMIT', details, this.#document.position(tag.at));
  }
}
