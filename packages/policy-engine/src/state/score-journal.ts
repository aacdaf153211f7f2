import { addScores, INFINITY_SCORE } from '@holdfast/model';

/** One thing that made up the score of a resource on a node. */
export interface ScoreChange {
  /** Id of the constraint, or what else of the cluster it comes from (`stickiness`). */
  readonly source: string;
  readonly score: number;
}

/** The source of bans from nodes that have no room left. */
export const CAPACITY_SOURCE = '#capacity';

/**
 * What made up the scores of one resource, node by node, for explanations. The changes noted for a node always add up
 * to its score: what a tentative placement did is forgotten when that is taken back.
 */
export class ScoreJournal {
  readonly #root: ScoreJournal;
  #changes: ScoreChange[][] = [];
  /** The changes as they were when a node was last chosen, and what the nodes had no room for then. */
  #settled: ScoreChange[][] | undefined = undefined;

  /** An empty one, or the journal of a copy of the original's table. */
  constructor(original?: ScoreJournal) {
    this.#root = original === undefined ? this : original.#root;
    if (original !== undefined) this.#changes = original.#changes.map((list) => [...list]);
  }

  /** The changes of one node, in the order in which they happened. */
  changes(index: number): readonly ScoreChange[] {
    return this.#changes[index] ?? [];
  }

  /** A node is about to be chosen: later changes are for other reasons, or take the choice back. */
  settle(): void {
    this.#settled = this.#changes.map((list) => [...list]);
  }

  /** The changes that counted when a node was last chosen. */
  placing(index: number): readonly ScoreChange[] {
    return this.#settled === undefined ? this.changes(index) : (this.#settled[index] ?? []);
  }

  /** A score was added. A ban of what is banned already counts too, as it would do alone. */
  added(index: number, score: number, source: string): void {
    if (score !== 0) this.#list(index).push({ source, score });
  }

  /** A score was set. */
  became(index: number, after: number, source: string): void {
    const before = sum(this.changes(index));
    const isBan = after <= -INFINITY_SCORE;
    if (before === after && !isBan) return;
    if (isBan) {
      this.#list(index).push({ source, score: after });
      if (source === CAPACITY_SOURCE && this.#settled) {
        this.#settled[index] = [...(this.#settled[index] ?? []), { source, score: after }];
      }
    } else if (Math.abs(before) < INFINITY_SCORE && after < INFINITY_SCORE)
      this.#list(index).push({ source, score: after - before });
    // Nothing can be added to an infinite score: what was before does not count any more.
    else this.#changes[index] = after === 0 ? [] : [{ source, score: after }];
  }

  forget(index: number): void {
    this.#changes[index] = [];
  }

  /** Takes over what a copy of the same table noted, or noted when it was made. */
  adopt(copy: ScoreJournal): void {
    if (copy.#root === this.#root) this.#changes = copy.#changes.map((list) => [...list]);
  }

  #list(index: number): ScoreChange[] {
    const known = this.#changes[index];
    if (known !== undefined) return known;
    const made: ScoreChange[] = [];
    this.#changes[index] = made;
    return made;
  }
}

/** What changes add up to, as scores do: -INFINITY wins, then INFINITY. */
export function sum(changes: readonly ScoreChange[]): number {
  return changes.reduce((total, { score }) => addScores(total, score), 0);
}
