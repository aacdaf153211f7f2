import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { HoldfastError } from '@holdfast/model';
import type { DevMember } from './dev-layout.ts';

/**
 * Configures a cluster as an operator would, with `holdfast configure load FILE`.
 * @param cli path of the command's bundle
 * @throws HoldfastError CONFIG_INVALID with what the command said
 */
export function loadConfiguration(options: {
  readonly member: DevMember;
  readonly cli: string;
  readonly text: string;
  readonly file: string;
  readonly timeoutMs: number;
}): Promise<void> {
  writeFileSync(options.file, options.text);
  const args = [options.cli, 'configure', 'load', options.file, '--socket', options.member.socket];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { timeout: options.timeoutMs }, (error, stdout, stderr) => {
      if (!error) return resolve();
      const problem = (stderr || stdout || error.message).trim();
      reject(new HoldfastError('CONFIG_INVALID', { problem }));
    });
  });
}
