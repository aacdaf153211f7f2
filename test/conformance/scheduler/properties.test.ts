import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCib } from '@holdfast/model';
import * as policy from '@holdfast/policy-engine';
import { afterAll, describe, expect, it } from 'vitest';
import { CASE_FOLDERS, listCases, readInput, type SchedulerCase } from './case-files.ts';
import { compareCluster } from './fuzz/compare-clusters.ts';
import { generateCluster } from './fuzz/generate-cluster.ts';
import { ReferenceSimulator, referenceVersion } from './fuzz/reference-simulator.ts';
import { ALWAYS, UNLESS_REFERENCE } from './properties.ts';
import { judgeCase } from './results.ts';

const SEEDS = Number(process.env['HOLDFAST_PROPERTY_COUNT'] ?? 300);

function simulateCase(test: SchedulerCase): policy.Simulation {
  const at = test.args.indexOf('-t');
  const now = at >= 0 ? test.args[at + 1] : undefined;
  return policy.simulate(parseCib(readInput(test)), policy, now === undefined ? {} : { now });
}

/** The reference takes the same actions: then the violation is its own. */
function isReferences(test: SchedulerCase): boolean {
  return judgeCase(test, false).passed.includes(2);
}

/**
 * Inputs on which our actions still differ from the reference's and violate a property. Written anew with
 * HOLDFAST_REWRITE=1; it may only become shorter.
 */
const EXCEPTIONS = join(import.meta.dirname, 'property-exceptions.json');
const exceptions = new Set(JSON.parse(readFileSync(EXCEPTIONS, 'utf8')) as string[]);
const rewrite = process.env['HOLDFAST_REWRITE'] === '1';
const seen: string[] = [];

function note(name: string, subject: string, found: readonly string[], violated: string[]): void {
  const id = `${name}: ${subject}`;
  seen.push(id);
  if (!exceptions.has(id) && !rewrite) violated.push(`${id}: ${found.join(', ')}`);
}

afterAll(() => {
  if (rewrite) writeFileSync(EXCEPTIONS, `${JSON.stringify(seen.sort(), null, 2)}\n`);
});

for (const folder of CASE_FOLDERS) {
  const cases = listCases(folder);
  describe.skipIf(cases === undefined)(`properties of the transitions of ${folder}`, () => {
    it('hold for every input', { timeout: 300_000 }, () => {
      const violated: string[] = [];
      const shared = new Map<string, number>();
      for (const test of cases ?? []) {
        const simulation = simulateCase(test);
        for (const { name, check } of ALWAYS) {
          const found = check(simulation);
          if (found.length > 0) violated.push(`${name}: ${test.name}: ${found.join(', ')}`);
        }
        for (const { name, check } of UNLESS_REFERENCE) {
          const found = check(simulation);
          if (found.length === 0) continue;
          if (isReferences(test)) shared.set(name, (shared.get(name) ?? 0) + 1);
          else note(name, test.name, found, violated);
        }
      }
      for (const [name, count] of shared)
        console.log(`${folder}: the reference does the same in ${count}: ${name}`);
      expect(violated).toEqual([]);
    });
  });
}

const version = referenceVersion();
describe('properties of the transitions of generated clusters', () => {
  it('hold for every seed', { timeout: 300_000 }, () => {
    const reference = version === undefined ? undefined : new ReferenceSimulator();
    const violated: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const cluster = generateCluster(seed);
      const simulation = policy.simulate(cluster, policy);
      for (const { name, check } of ALWAYS) {
        const found = check(simulation);
        if (found.length > 0) violated.push(`${name}: seed ${seed}: ${found.join(', ')}`);
      }
      // Without the reference it cannot be told whose these are.
      if (reference === undefined) continue;
      for (const { name, check } of UNLESS_REFERENCE) {
        const found = check(simulation);
        if (found.length === 0 || compareCluster(cluster, reference, [2]) === undefined) continue;
        note(name, `seed ${seed}`, found, violated);
      }
    }
    reference?.dispose();
    expect(violated).toEqual([]);
  });
});
