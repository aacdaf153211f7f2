import { HoldfastError, type TextPosition } from '../errors/holdfast-error.ts';
import type { Token, TokenizedStatement } from './tokenize.ts';

/** Walks over the words of one statement; every error it makes names the statement and the place. */
export class TokenCursor {
  readonly #statement: TokenizedStatement;
  readonly #source: string | undefined;
  #index = 0;

  constructor(statement: TokenizedStatement, source: string | undefined) {
    this.#statement = statement;
    this.#source = source;
  }

  get comments(): readonly string[] {
    return this.#statement.comments;
  }

  /** The text after the first word, for statements that are not made of words. */
  get rest(): string {
    return this.#statement.rest;
  }

  /** The next word, without taking it. */
  peek(ahead = 0): Token | undefined {
    return this.#statement.tokens[this.#index + ahead];
  }

  /** True when no word is left. */
  get atEnd(): boolean {
    return this.peek() === undefined;
  }

  /** Takes the next word. @throws HoldfastError when there is none; `what` says what was expected. */
  take(what: string): Token {
    const token = this.peek();
    if (!token) throw this.error(`${what} is missing`);
    this.#index += 1;
    return token;
  }

  /** Takes the next word if it is one of the keywords, in any case; returns it in lower case. */
  takeKeyword(...keywords: readonly string[]): string | undefined {
    const token = this.peek();
    if (!token || !isKeyword(token, keywords)) return undefined;
    this.#index += 1;
    return token.text.toLowerCase();
  }

  /** Takes `name=value` with the given name; returns the value. */
  takeNamed(...names: readonly string[]): string | undefined {
    const token = this.peek();
    if (!token || token.quoted) return undefined;
    for (const name of names)
      if (token.text.toLowerCase().startsWith(`${name}=`)) {
        this.#index += 1;
        return token.text.slice(name.length + 1);
      }
    return undefined;
  }

  /** Takes a word that ends with a colon, such as a score or an id; returns it without the colon. */
  takeWithColon(): Token | undefined {
    const token = this.peek();
    if (!token || !/^[^=]+:$/.test(token.text)) return undefined;
    this.#index += 1;
    return { ...token, text: token.text.slice(0, -1) };
  }

  /** An error at a word; without one, at the next word or the end of the statement. */
  error(problem: string, at?: Token): HoldfastError {
    const place = at ?? this.peek() ?? this.#statement.end;
    return new HoldfastError('CONFIG_SYNTAX', { problem }, this.position(place));
  }

  /** The position of a word, with the name of the text and the statement's beginning. */
  position(place: { readonly line: number; readonly column: number }): TextPosition {
    const words = this.#statement.tokens.slice(0, 2).map((each) => each.text);
    return {
      ...(this.#source === undefined ? {} : { source: this.#source }),
      statement: words.join(' ').slice(0, 80),
      line: place.line,
      column: place.column,
    };
  }
}

/** True when the word is one of the keywords, in any case, and not quoted. */
export function isKeyword(token: Token, keywords: readonly string[]): boolean {
  return !token.quoted && keywords.includes(token.text.toLowerCase());
}
