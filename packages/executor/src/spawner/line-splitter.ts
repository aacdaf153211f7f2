/** Cuts a stream of text into lines; keeps the unfinished last one. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #maxLineLength: number;
  #parts: string[] = [];
  #length = 0;

  constructor(options: { onLine: (line: string) => void; maxLineLength: number }) {
    this.#onLine = options.onLine;
    this.#maxLineLength = options.maxLineLength;
  }

  /** @throws RangeError when a line is longer than allowed. */
  push(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const piece = text.slice(start, end);
      start = end + 1;
      if (this.#parts.length === 0) {
        this.#onLine(piece);
        continue;
      }
      const line = this.#parts.join('') + piece;
      this.#parts = [];
      this.#length = 0;
      this.#onLine(line);
    }
    if (start === text.length) return;
    const rest = text.slice(start);
    this.#length += rest.length;
    if (this.#length > this.#maxLineLength) throw new RangeError('line too long');
    this.#parts.push(rest);
  }
}
