import { contains } from './character-set.ts';
import { PatternError } from './pattern-error.ts';
import { PossibleMatch } from './possible-match.ts';
import { compileProgram, GROUPS, type Step } from './program.ts';
import { type Assertion, parsePattern } from './syntax.ts';

/** Places of groups: where each begins, and where it ends; -1 if it took no part. */
type Slots = readonly number[];

const NO_SLOTS: Slots = new Array<number>(GROUPS * 2).fill(-1);
/** How often a better way to the same step may be followed up at one place. Bounds the time. */
const MAX_BETTER = 4;

/** Ways through a pattern at one place of a text, at most one for each step. */
interface Ways {
  readonly steps: number[];
  readonly slots: (Slots | undefined)[];
  readonly tries: Uint8Array;
}

/**
 * A POSIX extended regular expression, as `rsc-pattern` has them. All ways through the pattern are followed at once,
 * so matching takes time in proportion to text and pattern, whatever they are: no pattern can stop a cluster.
 * The leftmost match counts, and of those the longest; groups are as long as they can be, the first ones first.
 */
export class Pattern {
  readonly #steps: readonly Step[];
  readonly #possible: PossibleMatch;

  private constructor(steps: readonly Step[]) {
    this.#steps = steps;
    this.#possible = new PossibleMatch(steps);
  }

  /** Reads a pattern; a text that is none gives what is wrong with it. */
  static parse(text: string): Pattern | { readonly problem: string } {
    try {
      return new Pattern(compileProgram(parsePattern(text)));
    } catch (error) {
      if (error instanceof PatternError) return { problem: error.message };
      throw error;
    }
  }

  /** Whether it matches anywhere in a text. */
  test(text: string): boolean {
    return this.#possible.in(text);
  }

  /** The first match in a text and its first nine groups; empty where a group took no part. */
  match(text: string): readonly string[] | undefined {
    if (!this.test(text)) return undefined;
    const chars = [...text];
    let best: Slots | undefined;
    let now = this.#noWays();
    let next = this.#noWays();
    for (let at = 0; at <= chars.length; at++) {
      if (best === undefined) this.#follow(now, 0, NO_SLOTS, chars, at);
      if (now.steps.length === 0) break;
      const code = chars[at]?.codePointAt(0) ?? -1;
      for (const number of now.steps) {
        const step = this.#steps[number] as Step;
        const slots = now.slots[number] as Slots;
        if (step.kind === 'accept') {
          if (best === undefined || isBetter(slots, best)) best = slots;
        } else if (step.kind === 'set' && code >= 0 && contains(step.set, code)) {
          this.#follow(next, number + 1, slots, chars, at + 1);
        }
      }
      [now, next] = [next, now];
      for (const number of next.steps) next.slots[number] = undefined;
      next.steps.length = 0;
      next.tries.fill(0);
    }
    if (best === undefined) return undefined;
    const found = best;
    return Array.from({ length: GROUPS }, (_unused, group) => {
      const [from = -1, to = -1] = [found[group * 2], found[group * 2 + 1]];
      return from < 0 || to < 0 ? '' : chars.slice(from, to).join('');
    });
  }

  #noWays(): Ways {
    const count = this.#steps.length;
    return { steps: [], slots: new Array<undefined>(count).fill(undefined), tries: new Uint8Array(count) };
  }

  /** Adds a way to a step, and from there to all steps that need no character. */
  #follow(ways: Ways, first: number, start: Slots, chars: readonly string[], at: number): void {
    const pending: { number: number; slots: Slots }[] = [{ number: first, slots: start }];
    for (let way = pending.pop(); way !== undefined; way = pending.pop()) {
      const { number, slots } = way;
      const known = ways.slots[number];
      if (known !== undefined && !isBetter(slots, known)) continue;
      if ((ways.tries[number] as number) > MAX_BETTER) continue;
      ways.tries[number] = (ways.tries[number] as number) + 1;
      if (known === undefined) ways.steps.push(number);
      ways.slots[number] = slots;
      const step = this.#steps[number] as Step;
      switch (step.kind) {
        case 'save':
          pending.push({ number: number + 1, slots: slots.with(step.slot, at) });
          break;
        case 'assert':
          if (holds(step.what, chars, at)) pending.push({ number: number + 1, slots });
          break;
        case 'fork':
          for (let i = step.to.length - 1; i >= 0; i--) pending.push({ number: step.to[i] as number, slots });
      }
    }
  }
}

/** Begins earlier, or is longer, in the first group that differs. */
function isBetter(a: Slots, b: Slots): boolean {
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number;
    const y = b[i] as number;
    if (x === y) continue;
    if (x < 0 || y < 0) return y < 0;
    return i % 2 === 0 ? x < y : x > y;
  }
  return false;
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /^\w$/.test(char);
}

function holds(what: Assertion, chars: readonly string[], at: number): boolean {
  const before = isWord(chars[at - 1]);
  const after = isWord(chars[at]);
  switch (what) {
    case 'start':
      return at === 0;
    case 'end':
      return at === chars.length;
    case 'word':
      return before !== after;
    case 'notWord':
      return before === after;
    case 'wordStart':
      return !before && after;
    case 'wordEnd':
      return before && !after;
  }
}
