import { readFileSync } from 'node:fs';
import { endQuietlyWithoutReader } from '../command/end-quietly.ts';
import { runCrmSimulate } from './crm-simulate-program.ts';

/**
 * `crm_simulate` under its own name, as a bundle of its own: it starts in half the time that the whole command line
 * takes.
 */
export async function quickCrmSimulate(argv: readonly string[]): Promise<void> {
  endQuietlyWithoutReader();
  await runCrmSimulate(argv, ownVersion);
}

/** The package is as far away from the bundle as from this source. */
function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
