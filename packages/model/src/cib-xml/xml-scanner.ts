import { ByteStrings } from './byte-strings.ts';
import { CHARACTERS, isForbidden, nameEnd, spaceEnd } from './characters.ts';
import { INCOMPLETE, TagReader } from './tag-reader.ts';
import type { XmlDocument } from './xml-document.ts';
import type { XmlTag } from './xml-tag.ts';

/** What a scanner tells of a document, in its order. */
export interface XmlEvents {
  /** A start tag. It holds good until the next one of the same name. */
  open(tag: XmlTag): void;
  close(): void;
  text(text: string): void;
}

const { greater, slash, less, ampersand, exclamation, question } = CHARACTERS;
const HYPHEN = 45;
const CLOSING_BRACKET = 93;

/**
 * A non-validating XML 1.0 reader for large machine-written documents: no document types, so nothing to expand.
 * It goes over the bytes once and makes strings only of what is new.
 */
export class XmlScanner {
  readonly #document: XmlDocument;
  readonly #bytes: Uint8Array;
  readonly #events: XmlEvents;
  readonly #strings: ByteStrings;
  readonly #tags: TagReader;
  /** Names of the open elements: where they begin and end. */
  readonly #open: { start: number; end: number }[] = [];
  #rootSeen = false;

  constructor(document: XmlDocument, events: XmlEvents, maxAttributes: number) {
    this.#document = document;
    this.#bytes = document.bytes;
    this.#events = events;
    this.#strings = new ByteStrings(document);
    this.#tags = new TagReader(document, this.#strings, maxAttributes);
  }

  /** Reads the whole document. @throws HoldfastError XML_SYNTAX, XML_LIMIT */
  run(): void {
    const { length } = this.#bytes;
    let at = this.#document.start;
    while (at < length) {
      const next = this.#token(at);
      if (next === INCOMPLETE) this.#document.fail('the document ends within a tag', at);
      at = next;
    }
    const unclosed = this.#open.at(-1);
    if (unclosed !== undefined) this.#document.fail(`${this.#nameOf(unclosed)} is not closed`, length);
    if (!this.#rootSeen) this.#document.fail('the document is empty', length);
  }

  /** Reads one token; the place behind it, or INCOMPLETE. */
  #token(at: number): number {
    if (this.#bytes[at] !== less) return this.#characters(at);
    switch (this.#bytes[at + 1]) {
      case exclamation:
        return this.#declaration(at);
      case question:
        return this.#until(at + 2, question, 1);
      case slash:
        return this.#closeTag(at);
      case undefined:
        return INCOMPLETE;
      default:
        return this.#openTag(at);
    }
  }

  #characters(at: number): number {
    const bytes = this.#bytes;
    const start = spaceEnd(bytes, at);
    if (start >= bytes.length || bytes[start] === less) return start;
    let end = start;
    let plain = true;
    for (let byte = bytes[end]; byte !== undefined && byte !== less; byte = bytes[++end]) {
      if (byte !== ampersand && byte >= 32) continue;
      if (isForbidden(byte)) this.#document.fail('the text has a control character', end);
      plain = false;
    }
    if (this.#open.length === 0) this.#document.fail('there is text outside of the root element', at);
    this.#events.text(
      plain && at === start ? this.#strings.take(at, end) : this.#strings.resolve(at, end, false),
    );
    return end;
  }

  #declaration(at: number): number {
    if (this.#startsWith('<!--', at)) return this.#until(at + 4, HYPHEN, 2);
    if (this.#startsWith('<![CDATA[', at)) {
      const end = this.#until(at + 9, CLOSING_BRACKET, 2);
      if (end === INCOMPLETE) return INCOMPLETE;
      if (this.#open.length === 0) this.#document.fail('there is text outside of the root element', at);
      this.#events.text(this.#strings.decode(at + 9, end - 3));
      return end;
    }
    return this.#document.fail('document type declarations are not accepted', at);
  }

  #startsWith(text: string, at: number): boolean {
    for (let i = 0; i < text.length; i++) if (this.#bytes[at + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** The place behind the next `>` that so many of a character stand before. */
  #until(from: number, mark: number, count: number): number {
    const bytes = this.#bytes;
    let before = 0;
    let ascii = true;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === mark) before++;
      else if (byte === greater && before >= count) {
        if (!ascii) this.#strings.decode(from, at);
        return at + 1;
      } else {
        if (byte > 127) ascii = false;
        before = 0;
      }
    }
    return INCOMPLETE;
  }

  #closeTag(at: number): number {
    const bytes = this.#bytes;
    const open = this.#open.pop();
    const start = at + 2;
    const end = nameEnd(bytes, start);
    const close = spaceEnd(bytes, end);
    if (close >= bytes.length) return INCOMPLETE;
    if (bytes[close] !== greater) this.#document.fail('a closing tag has more than a name', close);
    if (open === undefined || !this.#isSame(open, start, end)) {
      const found = this.#strings.take(start, end);
      const expected = open === undefined ? 'nothing' : this.#nameOf(open);
      this.#document.fail(`unexpected closing tag of ${found}: ${expected} is open`, at);
    }
    this.#events.close();
    return close + 1;
  }

  #isSame(open: { start: number; end: number }, start: number, end: number): boolean {
    if (open.end - open.start !== end - start) return false;
    const bytes = this.#bytes;
    for (let i = open.start, j = start; j < end; i++, j++) if (bytes[i] !== bytes[j]) return false;
    return true;
  }

  #nameOf({ start, end }: { start: number; end: number }): string {
    return this.#strings.take(start, end);
  }

  #openTag(start: number): number {
    const bytes = this.#bytes;
    const at = this.#tags.read(start);
    if (at === INCOMPLETE) return INCOMPLETE;
    const empty = bytes[at] === slash;
    if (empty) {
      if (at + 1 >= bytes.length) return INCOMPLETE;
      if (bytes[at + 1] !== greater) this.#document.fail('there is a lone / in a tag', at);
    }
    if (this.#open.length === 0) {
      if (this.#rootSeen) this.#document.fail('there is more than one root element', start);
      this.#rootSeen = true;
    }
    const { tag } = this.#tags;
    this.#events.open(tag);
    if (empty) this.#events.close();
    else this.#open.push({ start: start + 1, end: nameEnd(bytes, start + 1) });
    return empty ? at + 2 : at + 1;
  }
}
