import { addScores, INFINITY_SCORE } from '@holdfast/model';
import { ScoreJournal, sum } from './score-journal.ts';

/** Whether a node may be probed for a resource: `resource-discovery` of its location constraints. */
export const Discovery = { always: 0, never: 1, exclusive: 2 } as const;
export type Discovery = (typeof Discovery)[keyof typeof Discovery];

/** What nobody named. */
const UNNAMED_SOURCE = '#placement';

/** The nodes a resource knows of, each with score, discovery mode and (clones) number of instances there. */
export class NodeTable {
  readonly scores: Int32Array;
  readonly present: Uint8Array;
  readonly discovery: Uint8Array;
  readonly counts: Int32Array;
  /** Notes what made up the scores, if they are to be explained. */
  journal: ScoreJournal | undefined = undefined;

  constructor(size: number) {
    this.scores = new Int32Array(size);
    this.present = new Uint8Array(size);
    this.discovery = new Uint8Array(size);
    this.counts = new Int32Array(size);
  }

  get size(): number {
    return this.present.length;
  }

  has(index: number): boolean {
    return this.present[index] === 1;
  }

  score(index: number): number {
    return this.scores[index] as number;
  }

  /** Sets a node's score; `source` says why, for explanations. */
  set(index: number, score: number, source = UNNAMED_SOURCE): void {
    this.present[index] = 1;
    this.scores[index] = score;
    this.journal?.became(index, score, source);
  }

  /** Adds to a node's score; the node must be present. `source` says why, for explanations. */
  add(index: number, delta: number, source = UNNAMED_SOURCE): void {
    this.scores[index] = addScores(this.scores[index] as number, delta);
    this.journal?.added(index, delta, source);
  }

  /** Bans every node, known or not. */
  banAll(source: string): void {
    for (let index = 0; index < this.size; index++) this.set(index, -INFINITY_SCORE, source);
  }

  remove(index: number): void {
    this.present[index] = 0;
    this.scores[index] = 0;
    this.discovery[index] = 0;
    this.journal?.forget(index);
  }

  clear(): void {
    this.present.fill(0);
    this.scores.fill(0);
    this.discovery.fill(0);
    this.counts.fill(0);
    if (this.journal) for (let index = 0; index < this.size; index++) this.journal.forget(index);
  }

  copy(): NodeTable {
    const result = new NodeTable(this.size);
    result.assign(this);
    if (this.journal) result.journal = new ScoreJournal(this.journal);
    return result;
  }

  /** Takes over another table: one that was worked out for a reason, or a copy from before. */
  assign(other: NodeTable, source = UNNAMED_SOURCE): void {
    if (this.journal) this.#noteDifferences(this.journal, other, source);
    this.scores.set(other.scores);
    this.present.set(other.present);
    this.discovery.set(other.discovery);
    this.counts.set(other.counts);
  }

  #noteDifferences(journal: ScoreJournal, other: NodeTable, source: string): void {
    if (other.journal) journal.adopt(other.journal);
    for (let index = 0; index < this.size; index++) {
      const after = other.scores[index] as number;
      if (sum(journal.changes(index)) !== after) journal.became(index, after, source);
    }
  }
}
