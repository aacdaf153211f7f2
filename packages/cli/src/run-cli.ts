import { execute, settings } from '@oclif/core';

/** Runs a command through oclif; it ends the process with the exit code itself when something fails. */
export async function runCli(argv: readonly string[]): Promise<void> {
  // Commands are bundled; there are no sources to look for beside them.
  settings.enableAutoTranspile = false;
  // Set by the launchers of `crm` and others, which are this program with a first word.
  const calledAs = process.env.HOLDFAST_CALLED_AS;
  // A reader that has seen enough (`| head`) ends the output, and that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
  });
  await execute({ args: [...(calledAs ? [calledAs] : []), ...argv], dir: import.meta.url });
}
