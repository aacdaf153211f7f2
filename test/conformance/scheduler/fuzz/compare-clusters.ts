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

/**
 * The first level at which our answer differs from the reference's; undefined if none does, and `refused` if the
 * reference gives no answer: it refuses the document, ends with an assertion, or cannot play its own graph back.
 */
export function compareCluster(
  cluster: ClusterInformation,
  reference: ReferenceSimulator,
  levels: readonly Level[],
): Comparison | 'refused' | undefined {
  const document = documentOf(cluster);
  const expected = reference.run(document);
  if (expected === undefined) return 'refused';
  const actual: CaseOutput = policy.simulateDocument(document, engine);
  for (const level of levels) {
    const difference = differenceOf(expected, actual, level);
    if (difference.missing.length + difference.extra.length > 0) return { level, difference };
  }
  return undefined;
}

/** Whether both give an answer and it is not the same. */
export function differs(
  cluster: ClusterInformation,
  reference: ReferenceSimulator,
  levels: readonly Level[],
): boolean {
  const found = compareCluster(cluster, reference, levels);
  return found !== undefined && found !== 'refused';
}
