import type { Logger, LogRecord } from '@holdfast/ports';

const WINDOW_MS = 10_000;
const MAX_KINDS = 200;

/**
 * Passes the first records of each event and peer on and counts the rest, so that a peer cannot fill the
 * log.
 */
export class LogThrottle {
  readonly #logger: Logger | undefined;
  readonly #perWindow: number;
  #counts = new Map<string, number>();
  #windowStartMs = performance.now();

  constructor(logger: Logger | undefined, perWindow = 20) {
    this.#logger = logger;
    this.#perWindow = perWindow;
  }

  log(record: LogRecord): void {
    const nowMs = performance.now();
    if (nowMs - this.#windowStartMs > WINDOW_MS || this.#counts.size > MAX_KINDS) {
      this.#counts.clear();
      this.#windowStartMs = nowMs;
    }
    const kind = `${record.event} ${String(record.fields.peer ?? record.fields.node)}`;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= this.#perWindow) this.#logger?.log(record);
  }
}
