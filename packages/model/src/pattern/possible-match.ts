import { contains } from './character-set.ts';
import type { Step } from './program.ts';
import type { Assertion } from './syntax.ts';

/** What stands beside a place of a text, as far as assertions care. */
type Neighbour = 'none' | 'word' | 'other';

/** All places in a pattern at which a match may be after some characters, with what follows for those seen so far. */
interface Standing {
  /** Steps reached, before what needs no character. */
  readonly steps: readonly number[];
  readonly before: Neighbour;
  readonly next: Map<number, Standing | typeof FOUND>;
}

const FOUND = 'found';
const END = -1;
/** Standings remembered; more than that are forgotten and found anew. Bounds the memory. */
const MAX_STANDINGS = 500;

/**
 * Whether a pattern matches anywhere in a text, without where. What follows after each character is remembered, so that
 * a second text costs a look-up per character: most resources match none of the patterns of a configuration.
 */
export class PossibleMatch {
  readonly #steps: readonly Step[];
  readonly #known = new Map<string, Standing>();
  #start: Standing;

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
    this.#start = this.#standing([], 'none');
  }

  in(text: string): boolean {
    let now = this.#start;
    for (let at = 0; at < text.length; ) {
      const code = text.codePointAt(at) as number;
      const next = now.next.get(code) ?? this.#read(now, code);
      if (next === FOUND) return true;
      now = next;
      at += code > 0xffff ? 2 : 1;
    }
    return (now.next.get(END) ?? this.#read(now, END)) === FOUND;
  }

  #standing(steps: readonly number[], before: Neighbour): Standing {
    const key = `${before} ${steps.join(' ')}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      if (this.#known.size >= MAX_STANDINGS) {
        this.#known.clear();
        this.#start = { ...this.#start, next: new Map() };
      }
      known = { steps, before, next: new Map() };
      this.#known.set(key, known);
    }
    return known;
  }

  #read(from: Standing, code: number): Standing | typeof FOUND {
    const after = neighbour(code);
    const reached = this.#reach(from, after);
    let next: Standing | typeof FOUND = FOUND;
    if (reached !== FOUND) {
      const steps = new Set<number>();
      for (const number of reached) {
        const step = this.#steps[number] as Step;
        if (step.kind === 'set' && code !== END && contains(step.set, code)) steps.add(number + 1);
      }
      next = this.#standing(
        [...steps].sort((a, b) => a - b),
        after,
      );
    }
    from.next.set(code, next);
    return next;
  }

  /** All steps that can be reached without a character; a match may also begin here. */
  #reach({ steps, before }: Standing, after: Neighbour): ReadonlySet<number> | typeof FOUND {
    const reached = new Set<number>([0, ...steps]);
    for (const number of reached) {
      const step = this.#steps[number] as Step;
      if (step.kind === 'accept') return FOUND;
      if (step.kind === 'save') reached.add(number + 1);
      else if (step.kind === 'fork') for (const to of step.to) reached.add(to);
      else if (step.kind === 'assert' && holdsBetween(step.what, before, after)) reached.add(number + 1);
    }
    return reached;
  }
}

function neighbour(code: number): Neighbour {
  if (code === END) return 'none';
  return code < 128 && /^\w$/.test(String.fromCharCode(code)) ? 'word' : 'other';
}

/** Whether an assertion holds at a place between two characters, or at an end of the text. */
export function holdsBetween(what: Assertion, before: Neighbour, after: Neighbour): boolean {
  switch (what) {
    case 'start':
      return before === 'none';
    case 'end':
      return after === 'none';
    case 'word':
      return (before === 'word') !== (after === 'word');
    case 'notWord':
      return (before === 'word') === (after === 'word');
    case 'wordStart':
      return before !== 'word' && after === 'word';
    case 'wordEnd':
      return before === 'word' && after !== 'word';
  }
}
