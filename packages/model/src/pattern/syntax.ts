import { type CharacterSet, parseBracket, singleCharacter } from './character-set.ts';
import { PatternError } from './pattern-error.ts';

/** Conditions on a place between two characters. */
export type Assertion = 'start' | 'end' | 'word' | 'notWord' | 'wordStart' | 'wordEnd';

/** A pattern as a tree. */
export type PatternNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'group'; readonly number: number; readonly inner: PatternNode }
  | { readonly kind: 'sequence' | 'choice'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly inner: PatternNode; readonly min: number; readonly max: number };

const MAX_NESTING = 100;
/** RE_DUP_MAX of POSIX systems. */
const MAX_REPEAT = 32_767;
const EMPTY: PatternNode = { kind: 'empty' };

/**
 * Reads a POSIX extended regular expression with what the C library of Linux systems adds: `\w \W \s \S \b \B \< \>`
 * and the buffer anchors. Back-references are refused: no matcher can promise to be done with them in time.
 * @throws PatternError
 */
export function parsePattern(text: string): PatternNode {
  return new PatternParser([...text]).read();
}

class PatternParser {
  readonly #text: readonly string[];
  #at = 0;
  #groups = 0;
  #nesting = 0;

  constructor(text: readonly string[]) {
    this.#text = text;
  }

  read(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#text.length) throw new PatternError('there is more than a pattern');
    return node;
  }

  #choice(): PatternNode {
    const items = [this.#sequence()];
    while (this.#text[this.#at] === '|') {
      this.#at++;
      items.push(this.#sequence());
    }
    return items.length === 1 ? (items[0] as PatternNode) : { kind: 'choice', items };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char === '|' || (char === ')' && this.#nesting > 0)) break;
      items.push(this.#repeated());
    }
    if (items.length === 0) return EMPTY;
    return items.length === 1 ? (items[0] as PatternNode) : { kind: 'sequence', items };
  }

  #repeated(): PatternNode {
    let inner = this.#single();
    for (;;) {
      const bounds = this.#bounds();
      if (bounds === undefined) return inner;
      if (inner.kind === 'assert') throw new PatternError('there is only a place to repeat');
      inner = { kind: 'repeat', inner, ...bounds };
    }
  }

  #bounds(): { min: number; max: number } | undefined {
    switch (this.#text[this.#at]) {
      case '*':
        this.#at++;
        return { min: 0, max: Number.POSITIVE_INFINITY };
      case '+':
        this.#at++;
        return { min: 1, max: Number.POSITIVE_INFINITY };
      case '?':
        this.#at++;
        return { min: 0, max: 1 };
      case '{':
        return this.#interval();
      default:
        return undefined;
    }
  }

  /** `{2}`, `{2,}`, `{2,5}`, `{,5}`. */
  #interval(): { min: number; max: number } {
    const end = this.#text.indexOf('}', this.#at);
    const inside = end < 0 ? '' : this.#text.slice(this.#at + 1, end).join('');
    const match = /^(\d{0,5})(,?)(\d{0,5})$/.exec(inside);
    const [, low = '', comma = '', high = ''] = match ?? [];
    if (match === null || (low === '' && comma === ''))
      throw new PatternError('a wrong number of repetitions');
    const min = Number(low);
    const max = comma === '' ? min : high === '' ? Number.POSITIVE_INFINITY : Number(high);
    if (max < min || min > MAX_REPEAT || (high !== '' && max > MAX_REPEAT)) {
      throw new PatternError('a wrong number of repetitions');
    }
    this.#at = end + 1;
    return { min, max };
  }

  #single(): PatternNode {
    const char = this.#text[this.#at++] as string;
    switch (char) {
      case '(':
        return this.#group();
      case '[': {
        const { set, end } = parseBracket(this.#text, this.#at);
        this.#at = end;
        return { kind: 'set', set };
      }
      case '.':
        return { kind: 'set', set: { negated: true, ranges: [[0, 0]] } };
      case '^':
        return { kind: 'assert', what: 'start' };
      case '$':
        return { kind: 'assert', what: 'end' };
      case '\\':
        return this.#escaped();
      case '*':
      case '+':
      case '?':
      case '{':
        throw new PatternError(`there is nothing before ${char} to repeat`);
      default:
        return { kind: 'set', set: singleCharacter(char) };
    }
  }

  #group(): PatternNode {
    if (++this.#nesting > MAX_NESTING) throw new PatternError('too many levels');
    const number = ++this.#groups;
    const inner = this.#choice();
    if (this.#text[this.#at] !== ')') throw new PatternError('a ( is not closed');
    this.#at++;
    this.#nesting--;
    return { kind: 'group', number, inner };
  }

  #escaped(): PatternNode {
    const char = this.#text[this.#at++];
    switch (char) {
      case undefined:
        throw new PatternError('it ends with a \\');
      case 'w':
      case 'W':
        return { kind: 'set', set: { negated: char === 'W', ranges: WORD } };
      case 's':
      case 'S':
        return { kind: 'set', set: { negated: char === 'S', ranges: SPACE } };
      case 'b':
        return { kind: 'assert', what: 'word' };
      case 'B':
        return { kind: 'assert', what: 'notWord' };
      case '<':
        return { kind: 'assert', what: 'wordStart' };
      case '>':
        return { kind: 'assert', what: 'wordEnd' };
      case '`':
        return { kind: 'assert', what: 'start' };
      case "'":
        return { kind: 'assert', what: 'end' };
      default:
        if (/[1-9]/.test(char)) throw new PatternError('back-references are not accepted');
        return { kind: 'set', set: singleCharacter(char) };
    }
  }
}

const WORD: CharacterSet['ranges'] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACE: CharacterSet['ranges'] = [
  [9, 13],
  [32, 32],
];
