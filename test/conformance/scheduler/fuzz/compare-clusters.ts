import { type ClusterInformation, formatCib } from '@holdfast/model';
import * as policy from '@holdfast/policy-engine';
import type { CaseOutput } from '../case-files.ts';
import { differenceOf, factsOf, type Level, type LevelDifference } from '../levels.ts';
import { readSections } from '../summary-sections.ts';
import { type Decision, readDecision } from './affected-resources.ts';
import { withDefaultsWritten } from './changed-defaults.ts';
import type { ReferenceSimulator } from './reference-simulator.ts';

const engine = policy as unknown as policy.PolicyFunctions;

/** The document both simulators get. */
export function documentOf(cluster: ClusterInformation): string {
  return formatCib(withDefaultsWritten(cluster));
}

export interface Comparison {
  readonly level: Level;
  readonly difference: LevelDifference;
  /** All that the reference's answer says at this level. */
  readonly expected: readonly string[];
  /** What our side decided, and why. */
  readonly decisions: readonly Decision[];
}

/**
 * The levels at which our answer differs from the reference's, and how; `refused` if the reference gives no answer: it
 * refuses the document, ends with an assertion, or cannot play its own graph back.
 */
export function compareCluster(
  cluster: ClusterInformation,
  reference: ReferenceSimulator,
  levels: readonly Level[],
): Comparison[] | 'refused' {
  const document = documentOf(cluster);
  const expected = reference.run(document);
  if (expected === undefined) return 'refused';
  const actual: CaseOutput = policy.simulateDocument(document, engine);
  const decisions = readSections(actual.summary).decisions.flatMap((line) => readDecision(line) ?? []);
  return levels
    .map((level) => ({
      level,
      difference: differenceOf(expected, actual, level),
      expected: factsOf(expected, level),
      decisions,
    }))
    .filter(({ difference }) => difference.missing.length + difference.extra.length > 0);
}
