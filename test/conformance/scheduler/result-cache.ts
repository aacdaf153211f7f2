import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CaseFolder, caseFolderPath } from './case-files.ts';
import { type CaseResult, judgeFolder } from './results.ts';

const root = join(import.meta.dirname, '../../..');
const SOURCES = ['packages/model/src', 'packages/policy-engine/src', 'test/conformance/scheduler'];

/**
 * Judges a folder, or repeats what the last run said if no source has changed since: asking for one level after
 * another costs one run. Only the shell command uses this; the tests always run the engine.
 */
export function judgeFolderOnce(folder: CaseFolder): CaseResult[] | undefined {
  const file = join(root, 'node_modules/.cache/holdfast', `${folder}.json`);
  const key = sourcesDigest(folder);
  const kept = readKept(file);
  if (kept?.key === key) return kept.results;
  const results = judgeFolder(folder);
  if (results === undefined) return undefined;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ key, results }));
  return results;
}

function readKept(file: string): { readonly key: string; readonly results: CaseResult[] } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { key: string; results: CaseResult[] };
  } catch {
    // None there, or one that was cut off: the cases run again.
    return undefined;
  }
}

function sourcesDigest(folder: CaseFolder): string {
  const hash = createHash('sha256').update(caseFolderPath(folder));
  for (const source of SOURCES) {
    const paths = readdirSync(join(root, source), { recursive: true, encoding: 'utf8' });
    for (const path of paths.filter((each) => each.endsWith('.ts')).sort()) {
      const { mtimeMs, size } = statSync(join(root, source, path));
      hash.update(`${path} ${mtimeMs} ${size}\n`);
    }
  }
  return hash.digest('hex');
}
