import { execute, settings } from '@oclif/core';
import { endQuietlyWithoutReader } from './command/end-quietly.ts';

/** Runs a command through oclif; it ends the process with the exit code itself when something fails. */
export async function runCli(argv: readonly string[]): Promise<void> {
  // Commands are bundled; there are no sources to look for beside them.
  settings.enableAutoTranspile = false;
  // Set by the launchers of `crm` and others, which are this program with a first word.
  const calledAs = process.env.HOLDFAST_CALLED_AS;
  endQuietlyWithoutReader();
  await execute({ args: [...(calledAs ? [calledAs] : []), ...argv], dir: import.meta.url });
}
