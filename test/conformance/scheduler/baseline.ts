import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseFolder } from './case-files.ts';
import type { Level } from './levels.ts';
import type { CaseResult } from './results.ts';
import { formatTable } from './table.ts';

/** By folder and case: the levels passed, as digits (`1236`). */
export type Baseline = Partial<Record<CaseFolder, Record<string, string>>>;

const baselinePath = join(import.meta.dirname, 'passed.json');
const tablePath = join(import.meta.dirname, 'table.md');

export function readBaseline(): Baseline {
  return existsSync(baselinePath) ? (JSON.parse(readFileSync(baselinePath, 'utf8')) as Baseline) : {};
}

/** Writes the committed table and list; folders not given keep their entries. */
export function writeBaseline(results: ReadonlyMap<CaseFolder, readonly CaseResult[]>): void {
  const baseline = readBaseline();
  for (const [folder, list] of results) {
    baseline[folder] = Object.fromEntries(list.map(({ test, passed }) => [test.name, passed.join('')]));
  }
  writeFileSync(baselinePath, `${JSON.stringify(baseline, undefined, 1)}\n`);
  const tables = [...results].map(([folder, list]) => formatTable(folder, list));
  writeFileSync(tablePath, `# Conformance of the scheduler\n\n${tables.join('\n')}`);
}

/** Cases that passed a level by the list and do not now. */
export function regressions(baseline: Baseline, results: readonly CaseResult[]): string[] {
  return results.flatMap(({ test, passed, error }) => {
    const before = [...(baseline[test.folder]?.[test.name] ?? '')].map((digit) => Number(digit) as Level);
    const lost = before.filter((level) => !passed.includes(level));
    const reason = error === undefined ? '' : ` (${error.split('\n')[0]})`;
    return lost.length === 0 ? [] : [`${test.name}: level ${lost.join(', ')}${reason}`];
  });
}
