/**
 * Pauses that double from a minimum to a maximum, each shortened by up to a quarter so that peers do not
 * act in step.
 */
export class BackOff {
  readonly #minMs: number;
  readonly #maxMs: number;
  #nextMs: number;

  constructor(minMs: number, maxMs: number) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#nextMs = minMs;
  }

  /** The pause before the next try. */
  takeMs(): number {
    const pauseMs = this.#nextMs * (1 - Math.random() / 4);
    this.#nextMs = Math.min(this.#nextMs * 2, this.#maxMs);
    return pauseMs;
  }

  reset(): void {
    this.#nextMs = this.#minMs;
  }
}
