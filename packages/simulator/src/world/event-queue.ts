/** More events at one instant than any world has use for: somebody waits for a time that has passed. */
const MAX_AT_ONCE = 100_000;

interface QueuedEvent {
  atMs: number;
  sequence: number;
  run: (subject: unknown) => void;
  subject: unknown;
}

/** The virtual clock: events in order of time, then of insertion. A binary heap. */
export class EventQueue {
  /** Virtual milliseconds since the world began. */
  nowMs = 0;
  /** Events executed so far. */
  executed = 0;
  private readonly heap: QueuedEvent[] = [];
  private sequence = 0;
  private atOnce = 0;
  private readonly standsStill: () => void;

  /** @param standsStill told when events follow each other without end while no time passes */
  constructor(standsStill: () => void = () => undefined) {
    this.standsStill = standsStill;
  }

  /**
   * Runs `run` at the given virtual time, or now if that has passed. With a subject to call it with, what happens often
   * needs no function of its own each time.
   */
  at(atMs: number, run: (subject: unknown) => void, subject?: unknown): void {
    const event = { atMs: Math.max(atMs, this.nowMs), sequence: this.sequence++, run, subject };
    const heap = this.heap;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const other = heap[parent] as QueuedEvent;
      if (!before(event, other)) break;
      heap[index] = other;
      index = parent;
    }
    heap[index] = event;
  }

  after(delayMs: number, run: (subject: unknown) => void, subject?: unknown): void {
    this.at(this.nowMs + delayMs, run, subject);
  }

  /** Executes events up to and including `untilMs`, then sets the clock to it. Stops early when `halt` is true. */
  runUntil(untilMs: number, halt: () => boolean): void {
    while (this.runNext(untilMs, halt)) {}
    if (!halt() && this.nowMs < untilMs) this.nowMs = untilMs;
  }

  /**
   * A method of its own, which also asks `halt`: a loop that is entered a few times for each world, each time with
   * another `halt` to call, never stays compiled.
   */
  private runNext(untilMs: number, halt: () => boolean): boolean {
    if (halt()) return false;
    const next = this.heap[0];
    if (!next || next.atMs > untilMs) return false;
    this.removeFirst();
    this.atOnce = next.atMs === this.nowMs ? this.atOnce + 1 : 0;
    if (this.atOnce === MAX_AT_ONCE) this.standsStill();
    this.nowMs = next.atMs;
    this.executed++;
    next.run(next.subject);
    return true;
  }

  private removeFirst(): void {
    const heap = this.heap;
    const last = heap.pop() as QueuedEvent;
    const size = heap.length;
    if (size === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap[child + 1] as QueuedEvent, heap[child] as QueuedEvent)) child++;
      if (!before(heap[child] as QueuedEvent, last)) break;
      heap[index] = heap[child] as QueuedEvent;
      index = child;
    }
    heap[index] = last;
  }
}

function before(a: QueuedEvent, b: QueuedEvent): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);
}
