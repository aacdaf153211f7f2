import { StringPool } from './string-pool.ts';
import type { ChunkSource } from './xml-chunks.ts';
import { decodeText, isForbidden } from './xml-text.ts';

/** Attributes by name. Without a prototype: no name of an attribute means anything but itself. */
export type XmlAttributes = Record<string, string>;

const Attributes = class {} as unknown as new () => XmlAttributes;
Object.setPrototypeOf(Attributes.prototype, null);
Reflect.deleteProperty(Attributes.prototype, 'constructor');

/** What a scanner tells of a document, in its order. */
export interface XmlEvents {
  open(name: string, attributes: XmlAttributes, place: { line: number; column: number }): void;
  close(): void;
  text(text: string): void;
  /** Never returns. */
  fail(problem: string, place: { line: number; column: number }): never;
}

const QUOTE = 34;
const AMPERSAND = 38;
const APOSTROPHE = 39;
const SLASH = 47;
const LESS = 60;
const EQUALS = 61;
const GREATER = 62;
const QUESTION = 63;
const EXCLAMATION = 33;

/** ASCII characters that may be part of a name; all others above ASCII are taken as such, too. */
const NAME = new Uint8Array(128);
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:-.') {
  NAME[char.charCodeAt(0)] = 1;
}

/** Names and values of the last element of a name: the next one mostly looks the same. */
interface Pattern {
  readonly names: string[];
  /** Each name with what follows it in most documents: `name="`. */
  readonly starts: string[];
  readonly values: string[];
}

/** The token is not complete in the text read so far. */
const MORE = -1;

/**
 * A non-validating XML 1.0 reader for large machine-written documents: no document types, so nothing to expand.
 * It goes over the text once; elements of a name are expected to look like the last one of that name, which saves
 * cutting out and hashing every name and value again.
 */
export class XmlScanner {
  readonly #chunks: ChunkSource;
  readonly #events: XmlEvents;
  readonly #pool = new StringPool();
  readonly #patterns = new Map<string, Pattern>();
  readonly #open: string[] = [];
  #text = '';
  #at = 0;
  #final = false;
  #rootSeen = false;
  /** The attributes of the tag at hand were those of the pattern so far. */
  #asExpected = true;
  #line = 1;
  #lineStart = 0;
  #nextLine = -1;

  constructor(chunks: ChunkSource, events: XmlEvents) {
    this.#chunks = chunks;
    this.#events = events;
  }

  /** Reads the whole document. */
  run(): void {
    this.#more(0);
    let minimum = 0;
    for (;;) {
      const before = this.#at;
      const next = this.#at < this.#text.length ? this.#token() : MORE;
      if (next === MORE) {
        if (this.#final && this.#at >= this.#text.length) break;
        if (this.#final) this.#fail('the document ends within a tag', this.#at);
        minimum = before === this.#at ? Math.max(this.#text.length - before, minimum) * 2 : 0;
        this.#more(minimum);
      } else {
        this.#at = next;
        minimum = 0;
      }
    }
    if (this.#open.length > 0) this.#fail(`${this.#open.at(-1)} is not closed`, this.#at);
    if (!this.#rootSeen) this.#fail('the document is empty', this.#at);
  }

  #more(minimum: number): void {
    const piece = this.#chunks(minimum);
    if (piece === undefined) {
      this.#final = true;
      return;
    }
    this.#countLines(this.#at);
    this.#text = this.#text.slice(this.#at) + piece;
    this.#lineStart -= this.#at;
    this.#at = 0;
    this.#nextLine = this.#text.indexOf('\n');
  }

  /** Reads one token; the place behind it, or MORE. */
  #token(): number {
    const text = this.#text;
    if (text.charCodeAt(this.#at) !== LESS) return this.#characters();
    const code = text.charCodeAt(this.#at + 1);
    switch (code) {
      case EXCLAMATION:
        return this.#declaration();
      case QUESTION:
        return this.#until('?>', 2);
      case SLASH:
        return this.#closeTag();
      default:
        return Number.isNaN(code) ? MORE : this.#openTag();
    }
  }

  #characters(): number {
    const text = this.#text;
    let end = this.#at;
    while (text.charCodeAt(end) <= 32) end++;
    if (text.charCodeAt(end) === LESS) return end;
    end = text.indexOf('<', end);
    if (end < 0) {
      if (!this.#final) return MORE;
      end = text.length;
    }
    const raw = text.slice(this.#at, end);
    if (raw.trim() === '') return end;
    if (this.#open.length === 0) this.#fail('there is text outside of the root element', this.#at);
    this.#events.text(this.#decode(raw, this.#at, false));
    return end;
  }

  #declaration(): number {
    const text = this.#text;
    if (text.startsWith('<!--', this.#at)) return this.#until('-->', 4);
    if (text.startsWith('<![CDATA[', this.#at)) {
      const end = this.#until(']]>', 9);
      if (end === MORE) return MORE;
      if (this.#open.length === 0) this.#fail('there is text outside of the root element', this.#at);
      this.#events.text(text.slice(this.#at + 9, end - 3));
      return end;
    }
    if (text.length - this.#at < 9 && !this.#final) return MORE;
    return this.#fail('document type declarations are not accepted', this.#at);
  }

  #until(mark: string, skip: number): number {
    const end = this.#text.indexOf(mark, this.#at + skip);
    return end < 0 ? MORE : end + mark.length;
  }

  #closeTag(): number {
    const text = this.#text;
    const name = this.#open.at(-1);
    let at = this.#at + 2;
    if (name !== undefined && text.startsWith(name, at)) at += name.length;
    else at = this.#nameEnd(at);
    const nameEnd = at;
    while (isSpace(text.charCodeAt(at))) at++;
    if (at >= text.length) return MORE;
    const found = text.slice(this.#at + 2, nameEnd);
    if (text.charCodeAt(at) !== GREATER) this.#fail('a closing tag has more than a name', at);
    if (name === undefined || found !== name) {
      this.#fail(`unexpected closing tag of ${found}: ${name ?? 'nothing'} is open`, this.#at);
    }
    this.#open.pop();
    this.#events.close();
    return at + 1;
  }

  #openTag(): number {
    const text = this.#text;
    const start = this.#at;
    const nameEnd = this.#nameEnd(start + 1);
    if (nameEnd >= text.length) return MORE;
    if (nameEnd === start + 1) this.#fail('a tag has no name', start);
    const name = this.#pool.take(text.slice(start + 1, nameEnd));
    let pattern = this.#patterns.get(name);
    if (pattern === undefined) {
      pattern = { names: [], starts: [], values: [] };
      this.#patterns.set(name, pattern);
    }
    const attributes = new Attributes();
    let at = nameEnd;
    this.#asExpected = true;
    for (let index = 0; ; index++) {
      const before = at;
      while (isSpace(text.charCodeAt(at))) at++;
      const code = text.charCodeAt(at);
      if (code === GREATER) return this.#opened(name, attributes, at + 1, false);
      if (code === SLASH) {
        if (at + 1 >= text.length) return MORE;
        if (text.charCodeAt(at + 1) !== GREATER) this.#fail('there is a lone / in a tag', at);
        return this.#opened(name, attributes, at + 2, true);
      }
      if (at >= text.length) return MORE;
      if (before === at) this.#fail('there is no space before an attribute', at);
      at = this.#attribute(attributes, pattern, index, at);
      if (at === MORE) return MORE;
    }
  }

  #opened(name: string, attributes: XmlAttributes, next: number, empty: boolean): number {
    if (this.#open.length === 0) {
      if (this.#rootSeen) this.#fail('there is more than one root element', this.#at);
      this.#rootSeen = true;
    }
    this.#open.push(name);
    this.#events.open(name, attributes, this.#place(this.#at));
    if (empty) {
      this.#open.pop();
      this.#events.close();
    }
    return next;
  }

  /** Reads `name="value"`; the place behind it, or MORE. */
  #attribute(attributes: XmlAttributes, pattern: Pattern, index: number, start: number): number {
    const text = this.#text;
    const expected = pattern.starts[index];
    let name = pattern.names[index];
    let at = start;
    if (expected !== undefined && text.startsWith(expected, start)) at += expected.length - 1;
    else {
      const end = this.#nameEnd(start);
      at = end;
      while (isSpace(text.charCodeAt(at))) at++;
      if (at >= text.length) return MORE;
      if (end === start) this.#fail('an attribute has no name', start);
      name = this.#pool.take(text.slice(start, end));
      if (text.charCodeAt(at) !== EQUALS) this.#fail(`the attribute ${name} has no value`, at);
      at++;
      while (isSpace(text.charCodeAt(at))) at++;
      if (at >= text.length) return MORE;
      this.#asExpected = false;
      pattern.names.length = index;
      pattern.starts.length = index;
      pattern.names[index] = name;
      pattern.starts[index] = `${name}="`;
      pattern.values[index] = '';
    }
    // The names of a pattern differ from each other.
    if (!this.#asExpected && (name as string) in attributes)
      this.#fail(`the attribute ${name} is there twice`, start);
    return this.#value(attributes, name as string, pattern.values, index, at);
  }

  #value(attributes: XmlAttributes, name: string, values: string[], index: number, start: number): number {
    const text = this.#text;
    const quote = text.charCodeAt(start);
    if (quote !== QUOTE && quote !== APOSTROPHE) this.#fail(`the value of ${name} is not quoted`, start);
    const last = values[index];
    if (last && text.startsWith(last, start + 1) && text.charCodeAt(start + 1 + last.length) === quote) {
      attributes[name] = last;
      return start + last.length + 2;
    }
    let at = start + 1;
    let plain = true;
    for (let code = text.charCodeAt(at); code !== quote; code = text.charCodeAt(++at)) {
      if (code === AMPERSAND || code < 32) {
        if (isForbidden(code)) this.#fail(`the value of ${name} has a control character`, at);
        plain = false;
      } else if (code === LESS) this.#fail(`the value of ${name} has a <`, at);
      else if (at >= text.length) return MORE;
    }
    const raw = text.slice(start + 1, at);
    const value = this.#pool.take(plain ? raw : this.#decode(raw, start + 1, true));
    attributes[name] = value;
    // Only what stands in the text as it is can be compared with it.
    values[index] = plain ? value : '';
    return at + 1;
  }

  #nameEnd(from: number): number {
    const text = this.#text;
    let at = from;
    for (let code = text.charCodeAt(at); code > 127 || NAME[code] === 1; code = text.charCodeAt(at)) at++;
    return at;
  }

  #decode(raw: string, at: number, inAttribute: boolean): string {
    const text = decodeText(raw, inAttribute);
    return typeof text === 'string' ? text : this.#fail(text.problem, at + text.at);
  }

  #countLines(until: number): void {
    while (this.#nextLine >= 0 && this.#nextLine < until) {
      this.#line++;
      this.#lineStart = this.#nextLine + 1;
      this.#nextLine = this.#text.indexOf('\n', this.#lineStart);
    }
  }

  #place(at: number): { line: number; column: number } {
    this.#countLines(at);
    return { line: this.#line, column: at - this.#lineStart + 1 };
  }

  #fail(problem: string, at: number): never {
    return this.#events.fail(problem, this.#place(at));
  }

  /** Where reading stands, for errors of those who listen. */
  place(): { line: number; column: number } {
    return this.#place(this.#at);
  }
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13;
}
