import type { Logger, LogRecord } from '@holdfast/ports';
import { type DestinationStream, destination, pino } from 'pino';

export interface DaemonLogger extends Logger {
  /** Writes what is buffered, in a process that is about to end. */
  flush(): void;
}

export interface DaemonLoggerOptions {
  /** Least level that is written. */
  readonly level: string;
  /** Path, appended to; null: standard output. */
  readonly file: string | null;
  /** Fields of every record: node, pid. */
  readonly base: Readonly<Record<string, unknown>>;
}

/** JSON logs, one record per line: level, time (epoch ms), event, msg and the record's fields. */
export function createDaemonLogger(options: DaemonLoggerOptions): DaemonLogger {
  const stream = destination({
    dest: options.file ?? 1,
    sync: false,
    mkdir: true,
    mode: 0o640,
  });
  const logger = createLoggerTo(stream, options);
  return {
    ...logger,
    flush: () => {
      try {
        stream.flushSync();
      } catch {
        // The log was never opened or the disk is full: there is nobody left to tell.
      }
    },
  };
}

/** The same onto any stream. */
export function createLoggerTo(
  stream: DestinationStream,
  options: Pick<DaemonLoggerOptions, 'level' | 'base'>,
): Logger {
  const logger = pino(
    {
      level: options.level,
      base: { ...options.base },
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'msg',
    },
    stream,
  );
  return {
    log: (record: LogRecord) => {
      logger[record.level]({ event: record.event, ...record.fields }, record.message);
    },
  };
}
