import { parseCib } from '@holdfast/model';
import * as policy from '@holdfast/policy-engine';
import { describe, expect, it } from 'vitest';
import { CASE_FOLDERS, listCases, readExpected, readInput, type SchedulerCase } from './case-files.ts';
import { documentOf } from './fuzz/compare-clusters.ts';
import { generateCluster } from './fuzz/generate-cluster.ts';
import { ReferenceSimulator, referenceVersion } from './fuzz/reference-simulator.ts';
import { ALWAYS, UNLESS_REFERENCE } from './properties.ts';
import { ownViolations } from './reference-violations.ts';

const SEEDS = Number(process.env['HOLDFAST_PROPERTY_COUNT'] ?? 300);

function simulateCase(test: SchedulerCase): policy.Simulation {
  const at = test.args.indexOf('-t');
  const now = at >= 0 ? test.args[at + 1] : undefined;
  return policy.simulate(parseCib(readInput(test)), policy, now === undefined ? {} : { now });
}

/** What is violated, unless the reference's graph (as text) violates it as well. */
function violations(
  simulation: policy.Simulation,
  subject: string,
  graph: () => string | undefined,
): string[] {
  const always = ALWAYS.flatMap(({ name, check }) => check(simulation).map((found) => `${name}: ${found}`));
  const own = UNLESS_REFERENCE.flatMap((property) => {
    if (property.check(simulation).length === 0) return [];
    const text = graph();
    if (text === undefined) return [];
    return ownViolations(property, simulation, text).map((found) => `${property.name}: ${found}`);
  });
  return [...always, ...own].map((each) => `${subject}: ${each}`);
}

for (const folder of CASE_FOLDERS) {
  const cases = listCases(folder);
  describe.skipIf(cases === undefined)(`properties of the transitions of ${folder}`, () => {
    it('hold for every input, or the reference violates them with the same actions', {
      timeout: 300_000,
    }, () => {
      const violated = (cases ?? []).flatMap((test) =>
        violations(simulateCase(test), test.name, () => readExpected(test).graph),
      );
      expect(violated).toEqual([]);
    });
  });
}

const version = referenceVersion();
describe('properties of the transitions of generated clusters', () => {
  it('hold for every seed, or the reference violates them with the same actions', {
    timeout: 300_000,
  }, () => {
    // Without the reference it cannot be told whose a violation is.
    const reference = version === undefined ? undefined : new ReferenceSimulator();
    const violated: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const cluster = generateCluster(seed);
      const graph = (): string | undefined => reference?.run(documentOf(cluster))?.graph;
      violated.push(...violations(policy.simulate(cluster, policy), `seed ${seed}`, graph));
    }
    reference?.dispose();
    expect(violated).toEqual([]);
  });
});
