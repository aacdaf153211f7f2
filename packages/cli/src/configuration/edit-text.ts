import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastError } from '@holdfast/model';

export interface EditedText {
  readonly text: string;
  readonly file: string;
  /** Removes the file. */
  readonly remove: () => void;
}

/** Lets a person edit a text in a file of its own. @throws HoldfastError EDITOR_FAILED */
export function editText(text: string, editor: string): EditedText {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-edit-'));
  const file = join(folder, 'configuration.crm');
  writeFileSync(file, text, { mode: 0o600 });
  // Through the shell, because EDITOR may hold arguments.
  const { status, error } = spawnSync('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
  if (error || status !== 0)
    throw new HoldfastError('EDITOR_FAILED', {
      editor,
      problem: error?.message ?? `it ended with ${status}`,
    });
  return {
    text: readFileSync(file, 'utf8'),
    file,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
