import { HoldfastError } from '../errors/holdfast-error.ts';

/** Where something stands in a document; both count from 1, columns in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const BLOCK_BYTES = 4096;
const LINE_FEED = 10;

/**
 * The bytes of a document. Everything that reads it works with offsets into them; only what is reported is turned
 * into a line and a column, and the table for that is made when it is first needed.
 */
export class XmlDocument {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the text begins: behind a byte order mark. */
  readonly start: number;
  readonly #source: string | undefined;
  /** Place of the first byte of each block. */
  #lines: Uint32Array | undefined;
  #columns: Uint32Array | undefined;

  constructor(input: string | Uint8Array, source?: string) {
    this.bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    const [first, second, third] = this.bytes;
    this.start = first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
    this.#source = source;
  }

  /** The line and column of a byte. */
  placeOf(at: number): Place {
    if (this.#lines === undefined) this.#index();
    const block = Math.floor(at / BLOCK_BYTES);
    const from = Math.max(block * BLOCK_BYTES, this.start);
    return this.#count(from, at, this.#lines?.[block] ?? 1, this.#columns?.[block] ?? 1);
  }

  /** @throws HoldfastError XML_SYNTAX, always */
  fail(problem: string, at: number): never {
    throw new HoldfastError('XML_SYNTAX', { problem }, this.position(at));
  }

  /** The position of a byte for an error. */
  position(at: number): Place & { source?: string } {
    return this.#source === undefined ? this.placeOf(at) : { source: this.#source, ...this.placeOf(at) };
  }

  #index(): void {
    const blocks = Math.floor(this.bytes.length / BLOCK_BYTES) + 1;
    this.#lines = new Uint32Array(blocks);
    this.#columns = new Uint32Array(blocks);
    let place: Place = { line: 1, column: 1 };
    for (let block = 0; block < blocks; block++) {
      this.#lines[block] = place.line;
      this.#columns[block] = place.column;
      const from = Math.max(block * BLOCK_BYTES, this.start);
      place = this.#count(from, (block + 1) * BLOCK_BYTES, place.line, place.column);
    }
  }

  #count(from: number, to: number, line: number, column: number): Place {
    const { bytes } = this;
    const end = Math.min(to, bytes.length);
    for (let at = from; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === LINE_FEED) {
        line++;
        column = 1;
      } else if (byte < 0x80 || byte >= 0xf0) column += byte < 0x80 ? 1 : 2;
      else if (byte >= 0xc0) column++;
    }
    return { line, column };
  }
}
