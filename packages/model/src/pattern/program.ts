import type { CharacterSet } from './character-set.ts';
import { PatternError } from './pattern-error.ts';
import type { Assertion, PatternNode } from './syntax.ts';

/** One step of a matcher. Steps are named by their places in the program. */
export type Step =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'save'; readonly slot: number }
  | { readonly kind: 'fork'; readonly to: readonly number[] }
  | { readonly kind: 'accept' };

/** Steps of a pattern written out. Bounds the time to match, which is in proportion to it. */
const MAX_STEPS = 2000;
/** `%0` to `%9`. */
export const GROUPS = 10;

/** Turns a tree into steps; a step goes on to the next one unless it is a fork. @throws PatternError if too large */
export function compileProgram(root: PatternNode): readonly Step[] {
  const writer = new ProgramWriter();
  writer.write({ kind: 'group', number: 0, inner: root });
  writer.emit({ kind: 'accept' });
  return writer.steps;
}

class ProgramWriter {
  readonly steps: Step[] = [];

  emit(step: Step): number {
    if (this.steps.length >= MAX_STEPS) throw new PatternError('it is too large');
    return this.steps.push(step) - 1;
  }

  write(node: PatternNode): void {
    switch (node.kind) {
      case 'empty':
        return;
      case 'set':
      case 'assert':
        this.emit(node);
        return;
      case 'sequence':
        for (const item of node.items) this.write(item);
        return;
      case 'choice':
        this.#choice(node.items);
        return;
      case 'group':
        if (node.number < GROUPS) this.emit({ kind: 'save', slot: node.number * 2 });
        this.write(node.inner);
        if (node.number < GROUPS) this.emit({ kind: 'save', slot: node.number * 2 + 1 });
        return;
      case 'repeat':
        this.#repeat(node.inner, node.min, node.max);
    }
  }

  /** A fork whose targets are not known yet. */
  #fork(): number {
    return this.emit({ kind: 'fork', to: [] });
  }

  #lead(fork: number, to: readonly number[]): void {
    this.steps[fork] = { kind: 'fork', to };
  }

  #choice(items: readonly PatternNode[]): void {
    const start = this.#fork();
    const begins: number[] = [];
    const ends = items.map((item) => {
      begins.push(this.steps.length);
      this.write(item);
      return this.#fork();
    });
    this.#lead(start, begins);
    for (const end of ends) this.#lead(end, [this.steps.length]);
  }

  #repeat(inner: PatternNode, min: number, max: number): void {
    for (let i = 0; i < min; i++) this.write(inner);
    if (max === Number.POSITIVE_INFINITY) {
      const loop = this.#fork();
      this.write(inner);
      this.#lead(this.#fork(), [loop]);
      this.#lead(loop, [loop + 1, this.steps.length]);
      return;
    }
    const skips: number[] = [];
    for (let i = min; i < max; i++) {
      skips.push(this.#fork());
      this.write(inner);
    }
    for (const skip of skips) this.#lead(skip, [skip + 1, this.steps.length]);
  }
}
