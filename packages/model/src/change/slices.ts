/** Operations of one slice: some milliseconds of work. */
export const OPERATIONS_PER_SLICE = 200;

/** Says after how many steps of a loop others get their turn. */
export class SliceCounter {
  #steps = 0;

  /** One step more; true when a slice of them was taken before it. */
  isFull(): boolean {
    return this.#steps++ % OPERATIONS_PER_SLICE === 0 && this.#steps > 1;
  }
}

/** Work in slices, all of it at once. */
export function finish<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
