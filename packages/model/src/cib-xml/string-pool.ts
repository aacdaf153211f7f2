const MAX_LENGTH = 128;
const MAX_STRINGS = 200_000;

/**
 * Keeps one copy of each short string of a document. A status section says the same few thousand things
 * hundreds of thousands of times; without this each would be a string of its own, and a piece cut out of a text
 * keeps the whole text in memory. Bounded: once it is full, new strings stay as they are.
 */
export class StringPool {
  readonly #known = new Map<string, string>();

  take(text: string): string {
    if (text.length > MAX_LENGTH) return text;
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_STRINGS) return text;
    // Joining and cutting makes a string that does not hold on to the document.
    const copy = text.length < 13 ? text : ` ${text}`.slice(1);
    this.#known.set(copy, copy);
    return copy;
  }
}
