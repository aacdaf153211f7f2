/** A run waiting for its turn. */
export interface QueuedRun {
  /** Runs of one key go one after the other, in order. Absent: no such restriction. */
  readonly key?: string;
  /** Recurring runs let all others go first. */
  readonly recurring: boolean;
}

/** Which runs may go now: at most so many at once, one per resource, recurring ones last. First in, first out. */
export class RunQueue<Run extends QueuedRun> {
  readonly #maxParallel: number;
  readonly #busy = new Set<string>();
  #waiting: Run[] = [];
  #running = 0;

  constructor(options: { maxParallel: number }) {
    this.#maxParallel = options.maxParallel;
  }

  get length(): number {
    return this.#waiting.length;
  }

  push(run: Run): void {
    this.#waiting.push(run);
  }

  /** Takes the next run that may go now; the caller owes a release() for it. */
  take(): Run | undefined {
    if (this.#running >= this.#maxParallel) return undefined;
    const skipped = new Set<string>();
    let recurring: number | undefined;
    let chosen: number | undefined;
    for (let index = 0; index < this.#waiting.length; index += 1) {
      const run = this.#waiting[index]!;
      if (run.key !== undefined) {
        if (this.#busy.has(run.key) || skipped.has(run.key)) continue;
        skipped.add(run.key);
      }
      if (!run.recurring) {
        chosen = index;
        break;
      }
      recurring ??= index;
    }
    chosen ??= recurring;
    if (chosen === undefined) return undefined;
    const run = this.#waiting.splice(chosen, 1)[0]!;
    if (run.key !== undefined) this.#busy.add(run.key);
    this.#running += 1;
    return run;
  }

  release(run: Run): void {
    if (run.key !== undefined) this.#busy.delete(run.key);
    this.#running -= 1;
  }

  /** Takes a waiting run out of the queue. */
  remove(matches: (run: Run) => boolean): Run | undefined {
    const index = this.#waiting.findIndex(matches);
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  /** Empties the queue. */
  drain(): Run[] {
    const rest = this.#waiting;
    this.#waiting = [];
    return rest;
  }
}
