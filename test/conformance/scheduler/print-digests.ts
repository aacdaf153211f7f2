/** Prints a digest of the output for generated clusters and for every eighth case; see determinism.test.ts. */
import { createHash } from 'node:crypto';
import * as policy from '@holdfast/policy-engine';
import { listCases } from './case-files.ts';
import { generateCluster } from './fuzz/generate-cluster.ts';
import { runCase } from './results.ts';

const digest = (value: object): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

for (let seed = 1; seed <= Number(process.argv[2] ?? 10); seed++) {
  const simulation = policy.simulate(generateCluster(seed), policy);
  console.log(seed, digest(policy.formatSimulation(simulation)), digest(policy.simulationToJson(simulation)));
}
for (const test of (listCases('scheduler-cases') ?? []).filter((_unused, index) => index % 8 === 0)) {
  console.log(test.name, digest(runCase(test)));
}
