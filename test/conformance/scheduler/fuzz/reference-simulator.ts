import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaseOutput } from '../case-files.ts';

/** Where Debian has it. By its path: under npm our own command of the same name comes first. */
export const REFERENCE_SIMULATOR = '/usr/sbin/crm_simulate';

/** The version of the installed reference simulator, or undefined if there is none. */
export function referenceVersion(): string | undefined {
  try {
    return /Pacemaker (\S+)/.exec(
      execFileSync(REFERENCE_SIMULATOR, ['--version'], { encoding: 'utf8' }),
    )?.[1];
  } catch {
    return undefined;
  }
}

/** Runs the reference simulator on documents, in a scratch folder of its own. */
export class ReferenceSimulator {
  readonly #folder = mkdtempSync(join(tmpdir(), 'scheduler-fuzz-'));

  /** What it prints for a document; undefined if it refuses it. */
  run(document: string): CaseOutput | undefined {
    const input = join(this.#folder, 'input.xml');
    const graph = join(this.#folder, 'graph.xml');
    writeFileSync(input, document);
    const env = { ...process.env, CIB_shadow_dir: this.#folder, LC_ALL: 'C', TZ: 'UTC' };
    const result = spawnSync(REFERENCE_SIMULATOR, ['-x', input, '-S', '-G', graph], {
      env,
      encoding: 'utf8',
      timeout: 30_000,
    });
    if (result.status !== 0 || !result.stdout.includes('Revised Cluster Status')) return undefined;
    return { summary: result.stdout, graph: readFileSync(graph, 'utf8'), scores: '' };
  }

  dispose(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
