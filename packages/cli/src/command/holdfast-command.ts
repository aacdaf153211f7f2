import { userInfo } from 'node:os';
import { ControlClient } from '@holdfast/client';
import { EXIT, HoldfastError } from '@holdfast/model';
import { Command, Flags } from '@oclif/core';
import { errorAsJson, explainError } from './explain-error.ts';
import { resolveSocket } from './socket-path.ts';

/** Flags every command that talks to a daemon has. */
export interface ConnectionFlags {
  readonly socket?: string | undefined;
  readonly timeout: number;
}

/** What all commands share: the daemon to talk to, JSON output, errors from the catalogue with their exit codes. */
export abstract class HoldfastCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    socket: Flags.string({
      description: 'socket of the daemon to ask (also HOLDFAST_SOCKET)',
      helpGroup: 'GLOBAL',
    }),
    timeout: Flags.integer({
      description: 'seconds to wait for an answer',
      default: 10,
      min: 1,
      helpGroup: 'GLOBAL',
    }),
  };

  /** The text that positions in errors refer to. */
  protected sourceText: string | undefined;

  /** A client for the daemon the flags name. */
  protected client(flags: ConnectionFlags): ControlClient {
    return new ControlClient({
      socketPath: resolveSocket(flags.socket, process.env, process.cwd()),
      timeoutMs: flags.timeout * 1000,
      origin: `${userInfo().username}@cli`,
    });
  }

  /** Prints lines; nothing when the answer is to be JSON. */
  protected say(...lines: readonly string[]): void {
    for (const line of lines) this.log(line);
  }

  protected override async catch(
    error: Error & { exitCode?: number; oclif?: { exit?: number } },
  ): Promise<void> {
    if (!(error instanceof HoldfastError)) {
      // Wrong use of flags and arguments is told by oclif; it exits with its own number there.
      if (error.oclif?.exit !== undefined && error.oclif.exit !== 0) error.oclif.exit = EXIT.usage;
      throw error;
    }
    process.exitCode = error.exitCode;
    if (this.jsonEnabled()) this.logJson(errorAsJson(error));
    else for (const line of explainError(error, this.sourceText)) this.logToStderr(line);
  }
}
