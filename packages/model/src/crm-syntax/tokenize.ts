import { HoldfastError } from '../errors/holdfast-error.ts';
import { LIMITS } from '../limits.ts';

/** One word of a statement. Lines and columns start at 1. */
export interface Token {
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** True when the word began with a quote; then it is no keyword and no bracket. */
  readonly quoted: boolean;
}

/** The words of one statement with the comments above it. */
export interface TokenizedStatement {
  readonly tokens: readonly Token[];
  /** Text of the comment lines directly above, without `#`. */
  readonly comments: readonly string[];
  /** For `xml` statements: everything after the keyword, with line continuations removed. */
  readonly rest: string;
  /** Where the text ends; errors about something missing point here. */
  readonly end: { readonly line: number; readonly column: number };
}

/**
 * Splits a text into statements and words. A statement ends with its line unless the line ends with `\`. Words are
 * separated by blanks; double quotes (with `\"` and `\\`) and single quotes keep blanks, also in the middle of a word.
 * Lines beginning with `#` are comments and belong to the statement that follows.
 * @throws HoldfastError CONFIG_SYNTAX (a quote is not closed), CONFIG_TOO_LARGE
 */
export function tokenize(source: string, sourceName?: string): TokenizedStatement[] {
  if (source.length > LIMITS.sourceTextBytes)
    throw new HoldfastError('CONFIG_TOO_LARGE', { size: source.length, limit: LIMITS.sourceTextBytes });
  return new Tokenizer(source, sourceName).statements();
}

// Runs of characters that mean nothing but themselves, where they stand.
const PLAIN = /[^\s"'\\]+/y;
const BLANKS = /[^\S\n]+/y;
const IN_DOUBLE = /[^"\\\n]+/y;
const IN_SINGLE = /[^'\n]+/y;

class Tokenizer {
  readonly #source: string;
  readonly #sourceName: string | undefined;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(source: string, sourceName: string | undefined) {
    this.#source = source;
    this.#sourceName = sourceName;
  }

  statements(): TokenizedStatement[] {
    const found: TokenizedStatement[] = [];
    let comments: string[] = [];
    while (this.#at < this.#source.length) {
      this.#skipBlanks();
      if (this.#peek() === '#') {
        comments.push(
          this.#restOfLine()
            .replace(/^#+\s?/, '')
            .trimEnd(),
        );
        continue;
      }
      const statement = this.#statement(comments);
      if (statement.tokens.length === 0) continue;
      found.push(statement);
      comments = [];
    }
    return found;
  }

  #statement(comments: readonly string[]): TokenizedStatement {
    const tokens: Token[] = [];
    let rest = '';
    let end = this.#place();
    while (this.#at < this.#source.length) {
      this.#skipBlanks();
      if (this.#atNewline()) {
        this.#newline();
        break;
      }
      if (this.#at >= this.#source.length) break;
      tokens.push(this.#token());
      end = this.#place();
      if (tokens.length === 1 && tokens[0]?.text.toLowerCase() === 'xml') {
        rest = this.#continuedLine();
        break;
      }
    }
    return { tokens, comments, rest, end };
  }

  #token(): Token {
    const place = this.#place();
    const quoted = this.#peek() === '"' || this.#peek() === "'";
    let text = '';
    for (;;) {
      text += this.#run(PLAIN);
      const char = this.#peek();
      if (char === undefined || /\s/.test(char)) break;
      if (char === '\\' && this.#isContinuation()) break;
      text += char === '"' || char === "'" ? this.#quotedPart(char) : this.#take();
    }
    return { text, ...place, quoted };
  }

  /** Takes what a sticky expression matches here. */
  #run(expression: RegExp): string {
    expression.lastIndex = this.#at;
    const text = expression.exec(this.#source)?.[0] ?? '';
    this.#at += text.length;
    return text;
  }

  #quotedPart(quote: string): string {
    const opened = this.#place();
    this.#take();
    let text = '';
    for (;;) {
      text += this.#run(quote === '"' ? IN_DOUBLE : IN_SINGLE);
      const char = this.#peek();
      if (char === undefined) throw this.#unclosed(opened);
      if (char === '\n') {
        this.#newline();
        text += char;
        continue;
      }
      this.#take();
      if (char === quote) return text;
      const next = this.#peek();
      // What is left is a backslash within double quotes.
      text += next === '"' || next === '\\' ? this.#take() : char;
    }
  }

  #unclosed(opened: { line: number; column: number }): HoldfastError {
    return new HoldfastError(
      'CONFIG_SYNTAX',
      { problem: 'the quote opened here is not closed' },
      { ...opened, ...(this.#sourceName === undefined ? {} : { source: this.#sourceName }) },
    );
  }

  /** Skips blanks and line continuations, but no line ends. */
  #skipBlanks(): void {
    for (;;) {
      this.#run(BLANKS);
      if (this.#peek() !== '\\' || !this.#isContinuation()) return;
      this.#take();
      this.#run(BLANKS);
      if (this.#at < this.#source.length) this.#newline();
    }
  }

  /** True when nothing but blanks follows a backslash in its line. */
  #isContinuation(): boolean {
    for (let index = this.#at + 1; index < this.#source.length; index++) {
      const char = this.#source[index] ?? '';
      if (char === '\n') return true;
      if (!/\s/.test(char)) return false;
    }
    return true;
  }

  #restOfLine(): string {
    const lineEnd = this.#source.indexOf('\n', this.#at);
    const text = this.#source.slice(this.#at, lineEnd < 0 ? undefined : lineEnd);
    this.#at += text.length;
    if (this.#atNewline()) this.#newline();
    return text;
  }

  /** The rest of a statement as it is, continued lines joined by line ends. */
  #continuedLine(): string {
    const lines: string[] = [];
    for (;;) {
      const line = this.#restOfLine();
      const continued = /\\\s*$/.exec(line);
      lines.push(continued ? line.slice(0, continued.index) : line);
      if (!continued || this.#at >= this.#source.length) return lines.join('\n');
    }
  }

  #place(): { line: number; column: number } {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  #atNewline(): boolean {
    return this.#peek() === '\n';
  }

  #newline(): void {
    this.#at += 1;
    this.#line += 1;
    this.#lineStart = this.#at;
  }

  #peek(): string | undefined {
    return this.#source[this.#at];
  }

  #take(): string {
    const char = this.#source[this.#at] ?? '';
    this.#at += 1;
    return char;
  }
}
