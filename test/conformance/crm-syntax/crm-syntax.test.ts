import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { haveCases, KINDS, type Kind, loadCases, SHARED } from './cases.ts';
import { runCase } from './run-case.ts';

const RESULTS = join(import.meta.dirname, 'results.json');
const REWRITE = process.env.HOLDFAST_REWRITE === '1';

/** For each kind the number of cases and the indexes of those that do not pass. */
type Results = Record<string, { readonly total: number; readonly failing: readonly number[] }>;

const committed: Results = existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Results) : {};
const available = haveCases();
if (!available) console.log(`crm syntax cases are skipped: ${join(SHARED, 'crm-cases')} is not there`);

describe.skipIf(!available)('crm syntax against recorded behaviour of crmsh', () => {
  const results: Results = {};

  test.each(KINDS)('%s: nothing that passed gets worse', (kind: Kind) => {
    const failing: number[] = [];
    const cases = loadCases(kind);
    for (const [index, each] of cases.entries()) {
      const outcome = runCase(each);
      if (outcome === undefined) continue;
      failing.push(index);
      if (process.env.HOLDFAST_SHOW === kind)
        console.log(
          `--- ${index} ${each.source}\n${String(each.cli).slice(0, 300)}\n      ${outcome.slice(0, 1500)}`,
        );
    }
    results[kind] = { total: cases.length, failing };
    const known = new Set(committed[kind]?.failing ?? []);
    const worse = REWRITE ? [] : failing.filter((index) => !known.has(index));
    expect(worse.map((index) => `${index}: ${cases[index]?.source}`)).toEqual([]);
  });

  test('the table', () => {
    const lines = Object.entries(results).map(([kind, { total, failing }]) => {
      const passed = total - failing.length;
      return `${kind.padEnd(14)}${String(passed).padStart(6)} / ${String(total).padEnd(6)}${((100 * passed) / total).toFixed(1).padStart(6)} %`;
    });
    console.log(`crm syntax cases\n${lines.join('\n')}`);
    if (REWRITE) writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  });
});
