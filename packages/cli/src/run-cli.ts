import { execute, settings } from '@oclif/core';

// Commands are bundled; there are no sources to look for beside them.
settings.enableAutoTranspile = false;
/** Set by the launchers of `crm` and others, which are this program with a first word. */
const calledAs = process.env.HOLDFAST_CALLED_AS;
await execute({ args: [...(calledAs ? [calledAs] : []), ...process.argv.slice(2)], dir: import.meta.url });
