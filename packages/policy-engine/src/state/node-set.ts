/** A set of nodes, by their index. */
export class NodeSet {
  readonly #members: Uint8Array;
  #size = 0;

  constructor(nodeCount: number) {
    this.#members = new Uint8Array(nodeCount);
  }

  get size(): number {
    return this.#size;
  }

  has(index: number): boolean {
    return this.#members[index] === 1;
  }

  add(index: number): void {
    if (this.#members[index] === 1) return;
    this.#members[index] = 1;
    this.#size++;
  }
}
