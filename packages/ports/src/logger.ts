/** `fatal` is written just before the daemon stops. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** One structured log record. Fields carry ids: resource, node, transition, term, incarnation. */
export interface LogRecord {
  readonly level: LogLevel;
  /** Stable name, e.g. `member-lost`. */
  readonly event: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Takes log records; never throws. */
export interface Logger {
  log(record: LogRecord): void;
}
