import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cliText, errorsText, loadCommands } from './docs-text.ts';
import { ROOT } from './source-files.ts';

/** HOLDFAST_REWRITE=1 writes the documents instead of comparing them. */
function compare(path: string, wanted: string): void {
  const file = join(ROOT, path);
  if (process.env.HOLDFAST_REWRITE === '1') writeFileSync(file, wanted);
  const hint = `${path} is not what the code says; write it anew with HOLDFAST_REWRITE=1`;
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '', hint).toBe(wanted);
}

describe('documents that list what the code has', () => {
  it('docs/errors.md is the error catalogue', () => {
    compare('docs/errors.md', errorsText());
  });

  it('docs/cli.md lists every command with its arguments and flags', async () => {
    const commands = await loadCommands();
    expect(commands.size).toBeGreaterThan(20);
    compare('docs/cli.md', cliText(commands));
  });

  it('every command says what it does', async () => {
    const silent = [...(await loadCommands())].filter(([, { summary }]) => !summary);
    expect(silent.map(([name]) => name)).toEqual([]);
  });
});
