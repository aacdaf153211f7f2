import { CHARACTERS } from './characters.ts';
import type { XmlDocument } from './xml-document.ts';
import { decodeText } from './xml-text.ts';

const MAX_LENGTH = 128;
const MAX_STRINGS = 200_000;
const MAX_PROBES = 16;
const FIRST_SLOTS = 4096;

/**
 * Makes strings of pieces of a document, one for all pieces that are the same: a status section says the same few
 * thousand things hundreds of thousands of times. A table over the bytes finds what is known without making a
 * string first. Bounded: what is long, comes after the table is full or would have to be searched for (texts made
 * to collide) gets a string of its own.
 */
export class ByteStrings {
  readonly #document: XmlDocument;
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #strings: string[] = [];
  /** Where in the document each string stands, and its hash. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #hashes: number[] = [];
  /** Number of a string + 1; 0 is free. */
  #slots = new Int32Array(FIRST_SLOTS);

  constructor(document: XmlDocument) {
    this.#document = document;
    this.#bytes = document.bytes;
  }

  /** The text between two places. @throws HoldfastError XML_SYNTAX if it is not UTF-8 */
  take(from: number, to: number): string {
    if (from === to) return '';
    if (to - from > MAX_LENGTH) return this.decode(from, to);
    const hash = this.#hash(from, to);
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let probe = 0; probe < MAX_PROBES; probe++) {
      const known = (slots[slot] as number) - 1;
      if (known < 0) return this.#add(from, to, hash, slot);
      if (this.#hashes[known] === hash && this.#isSame(known, from, to))
        return this.#strings[known] as string;
      slot = (slot + 1) & mask;
    }
    return this.decode(from, to);
  }

  /** The text between two places as a string of its own. @throws HoldfastError XML_SYNTAX if it is not UTF-8 */
  decode(from: number, to: number): string {
    try {
      return this.#decoder.decode(this.#bytes.subarray(from, to));
    } catch {
      return this.#document.fail('the text is not UTF-8', from);
    }
  }

  /** What the text between two places stands for; see `decodeText`. @throws HoldfastError XML_SYNTAX */
  resolve(from: number, to: number, inAttribute: boolean): string {
    const text = decodeText(this.decode(from, to), inAttribute);
    if (typeof text === 'string') return text;
    let at = this.#bytes.indexOf(CHARACTERS.ampersand, from);
    for (let i = 0; i < text.ampersands; i++) at = this.#bytes.indexOf(CHARACTERS.ampersand, at + 1);
    return this.#document.fail(text.problem, at);
  }

  #hash(from: number, to: number): number {
    const bytes = this.#bytes;
    let hash = to - from;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    return hash ^ (hash >>> 15);
  }

  #isSame(known: number, from: number, to: number): boolean {
    const bytes = this.#bytes;
    let at = this.#starts[known] as number;
    if ((this.#ends[known] as number) - at !== to - from) return false;
    for (let other = from; other < to; other++, at++) if (bytes[at] !== bytes[other]) return false;
    return true;
  }

  #add(from: number, to: number, hash: number, slot: number): string {
    const text = this.decode(from, to);
    const count = this.#strings.length;
    if (count >= MAX_STRINGS) return text;
    this.#strings.push(text);
    this.#starts.push(from);
    this.#ends.push(to);
    this.#hashes.push(hash);
    this.#slots[slot] = count + 1;
    if (count * 2 > this.#slots.length) this.#grow();
    return text;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    this.#hashes.forEach((hash, known) => {
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = known + 1;
    });
    this.#slots = slots;
  }
}
