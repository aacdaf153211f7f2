import { type ClusterInformation, formatCib } from '@holdfast/model';
import * as policy from '@holdfast/policy-engine';
import type { CaseOutput } from '../case-files.ts';
import { differenceOf, type Level, type LevelDifference } from '../levels.ts';
import type { ReferenceSimulator } from './reference-simulator.ts';

const engine = policy as unknown as policy.PolicyFunctions;

/** The document both simulators get. */
export function documentOf(cluster: ClusterInformation): string {
  return formatCib(cluster);
}

export interface Comparison {
  readonly level: Level;
  readonly difference: LevelDifference;
}

/** The first level at which our answer differs from the reference's; undefined if none does. */
export function compareCluster(
  cluster: ClusterInformation,
  reference: ReferenceSimulator,
  levels: readonly Level[],
): Comparison | undefined {
  const document = documentOf(cluster);
  const expected = reference.run(document);
  if (expected === undefined) return undefined;
  const actual: CaseOutput = policy.simulateDocument(document, engine);
  for (const level of levels) {
    const difference = differenceOf(expected, actual, level);
    if (difference.missing.length + difference.extra.length > 0) return { level, difference };
  }
  return undefined;
}
