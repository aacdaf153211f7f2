import type { Logger, LogRecord } from '@holdfast/ports';

const WINDOW_MS = 10_000;
const PER_EVENT = 100;
const PER_PEER = 20;

/** Passes the first records of each event and peer on and drops the rest, so that nobody outside can fill the log. */
export class LogThrottle {
  readonly #logger: Logger | undefined;
  readonly #counts = new Map<string, number>();
  #windowStartMs = performance.now();

  constructor(logger: Logger | undefined) {
    this.#logger = logger;
  }

  log(record: LogRecord): void {
    const nowMs = performance.now();
    if (nowMs - this.#windowStartMs > WINDOW_MS) {
      this.#counts.clear();
      this.#windowStartMs = nowMs;
    }
    // The event is counted first: strangers with ever new identities must not grow the table either.
    if (this.#count(record.event) > PER_EVENT) return;
    if (this.#count(`${record.event} ${String(record.fields.peer ?? record.fields.node)}`) > PER_PEER) return;
    this.#logger?.log(record);
  }

  #count(kind: string): number {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return count;
  }
}
