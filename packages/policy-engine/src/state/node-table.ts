import { addScores, INFINITY_SCORE } from '@holdfast/model';

/** Whether a node may be probed for a resource: `resource-discovery` of its location constraints. */
export const Discovery = { always: 0, never: 1, exclusive: 2 } as const;
export type Discovery = (typeof Discovery)[keyof typeof Discovery];

/** The nodes a resource knows of, each with score, discovery mode and (clones) number of instances there. */
export class NodeTable {
  readonly scores: Int32Array;
  readonly present: Uint8Array;
  readonly discovery: Uint8Array;
  readonly counts: Int32Array;

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

  set(index: number, score: number): void {
    this.present[index] = 1;
    this.scores[index] = score;
  }

  /** Adds to a node's score; the node must be present. */
  add(index: number, delta: number): void {
    this.scores[index] = addScores(this.scores[index] as number, delta);
  }

  remove(index: number): void {
    this.present[index] = 0;
    this.scores[index] = 0;
    this.discovery[index] = 0;
  }

  clear(): void {
    this.present.fill(0);
    this.scores.fill(0);
    this.discovery.fill(0);
    this.counts.fill(0);
  }

  copy(): NodeTable {
    const result = new NodeTable(this.size);
    result.assign(this);
    return result;
  }

  assign(other: NodeTable): void {
    this.scores.set(other.scores);
    this.present.set(other.present);
    this.discovery.set(other.discovery);
    this.counts.set(other.counts);
  }

  /** Sets the same score on every node present. */
  fillScore(score: number): void {
    for (let i = 0; i < this.present.length; i++) if (this.present[i] === 1) this.scores[i] = score;
  }

  /** True if any node present has a score above -INFINITY. */
  anyAllowed(): boolean {
    for (let i = 0; i < this.present.length; i++) {
      if (this.present[i] === 1 && (this.scores[i] as number) > -INFINITY_SCORE) return true;
    }
    return false;
  }
}
