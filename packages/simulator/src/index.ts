/** @holdfast/simulator: a seeded world for the node core. See README.md. */
export type { Finding } from './checkers/finding.ts';
export { FAULT_KINDS, type FaultKind } from './faults/fault-set.ts';
export { runSeed, type SeedOptions, type SeedResult } from './run-seed.ts';
export { Scenario, type ScenarioOptions } from './scenario.ts';
export type { FixedDesign } from './workload/cluster-design.ts';
export { SimulatedDisk } from './world/disk.ts';
export { SeededRandom } from './world/random.ts';
export { WriteQueue } from './world/write-queue.ts';
