import { CATALOGUE, EXIT, HoldfastError } from '@holdfast/model';
import { AssertionFailure } from '@holdfast/ports';
import { loadLocalConfiguration } from '../configuration/local-configuration.ts';
import { createDaemonLogger, type DaemonLogger } from '../logging/pino-logger.ts';
import { Daemon } from './daemon.ts';
import type { MemberAdapters } from './member-adapters.ts';

/**
 * Runs the daemon in this process until it ends: configuration, log, signals, exit codes. SIGTERM and SIGINT leave
 * cleanly; a second one ends at once. Whatever nobody caught ends the process at once with a fatal record: a member
 * that is not sure of itself is better dead than wrong.
 */
export async function runDaemon(configurationPath: string, adapters: MemberAdapters): Promise<void> {
  let logger: DaemonLogger | undefined;
  const fatal = (error: unknown): never => {
    const exitCode = exitCodeOf(error);
    if (logger) {
      logger.log({
        level: 'fatal',
        event: 'daemon-failed',
        message: error instanceof Error ? error.message : String(error),
        fields: {
          code: codeOf(error),
          ...(error instanceof AssertionFailure ? { details: error.details } : {}),
          stack: error instanceof Error ? error.stack : undefined,
        },
      });
      logger.flush();
    }
    process.stderr.write(`${describe(error)}\n`);
    process.exit(exitCode);
  };
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);
  try {
    const configuration = loadLocalConfiguration(configurationPath);
    logger = createDaemonLogger({
      level: configuration.logLevel,
      file: configuration.logFile,
      base: { node: configuration.name, pid: process.pid },
    });
    const flushed = logger;
    const daemon = new Daemon({
      configuration,
      adapters,
      logger,
      onStopped: (exitCode) => {
        flushed.flush();
        process.exit(exitCode);
      },
      onFatal: fatal,
    });
    stopOnSignals(daemon, flushed);
    await daemon.start();
  } catch (error) {
    fatal(error);
  }
}

function stopOnSignals(daemon: Daemon, logger: DaemonLogger): void {
  let signals = 0;
  for (const [signal, number] of [
    ['SIGTERM', 15],
    ['SIGINT', 2],
  ] as const) {
    process.on(signal, () => {
      signals += 1;
      if (signals === 1) {
        daemon.shutdown();
        return;
      }
      logger.log({ level: 'warn', event: 'daemon-interrupted', message: `second ${signal}`, fields: {} });
      logger.flush();
      process.exit(128 + number);
    });
  }
  process.on('SIGHUP', () => undefined);
}

function codeOf(error: unknown): string {
  return error instanceof HoldfastError ? error.code : 'ASSERTION';
}

function exitCodeOf(error: unknown): number {
  return error instanceof HoldfastError ? error.exitCode : EXIT.error;
}

function describe(error: unknown): string {
  if (error instanceof HoldfastError) return `${error.message}\n${error.why}\n${error.action}`;
  const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${CATALOGUE.ASSERTION.what.replace('{problem}', problem)}\n${CATALOGUE.ASSERTION.action}`;
}
