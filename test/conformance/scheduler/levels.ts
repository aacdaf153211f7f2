import type { CaseOutput } from './case-files.ts';
import { compareTexts, factText, readGraphFacts } from './graph-facts.ts';
import { readSections, withoutReason } from './summary-sections.ts';

/** What each level compares; every level stands alone. */
export const LEVELS = {
  1: 'decisions',
  2: 'actions',
  3: 'orderings',
  4: 'parameters and reasons',
  5: 'scores',
  6: 'status and playback',
  7: 'everything as printed',
} as const;

export type Level = keyof typeof LEVELS;

export const ALL_LEVELS = [1, 2, 3, 4, 5, 6, 7] as const;

/** The facts of one level: what is compared, as a multiset. */
export function factsOf(output: CaseOutput, level: Level): string[] {
  switch (level) {
    case 1:
      return readSections(output.summary).decisions.map(withoutReason).sort(compareTexts);
    case 2:
      return readGraphFacts(output.graph)
        .map((fact) => factText(fact, false, false))
        .sort(compareTexts);
    case 3:
      return readGraphFacts(output.graph)
        .map((fact) => factText(fact, true, false))
        .sort(compareTexts);
    case 4: {
      const reasons = readSections(output.summary).decisions.map((line) => line.replace(/\s+/g, ''));
      return [...readGraphFacts(output.graph).map((fact) => factText(fact)), ...reasons].sort(compareTexts);
    }
    case 5:
      return output.scores
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .sort(compareTexts);
    case 6: {
      const { header, current, executing, revised } = readSections(output.summary);
      return [
        ...header.map((line) => `header ${line}`),
        ...current.map((line, index) => `current ${String(index).padStart(4, '0')} ${line}`),
        ...[...executing].sort(compareTexts).map((line) => `executing ${line}`),
        ...revised.map((line, index) => `revised ${String(index).padStart(4, '0')} ${line}`),
      ];
    }
    case 7:
      return asPrinted(output);
  }
}

/** As the reference's own runner compares: white space, and two header fields, do not count. */
function asPrinted(output: CaseOutput): string[] {
  const graph = output.graph.replace(/ (crm_feature_set|batch-limit)="[^"]*"/g, '').replace(/\s+/g, '');
  const scores = output.scores
    .split('\n')
    .filter((line) => line.trim() !== '')
    .sort(compareTexts);
  return [...lines(output.summary), ...graph.split('<synapse'), ...scores.flatMap(lines)];
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ''))
    .filter((line) => line !== '');
}

/** Facts missing from and added to what is expected; both empty if the level passes. */
export interface LevelDifference {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

export function differenceOf(expected: CaseOutput, actual: CaseOutput, level: Level): LevelDifference {
  const wanted = factsOf(expected, level);
  const got = factsOf(actual, level);
  const missing = subtract(wanted, got);
  const extra = subtract(got, wanted);
  const reordered = missing.length + extra.length === 0 && wanted.some((fact, index) => fact !== got[index]);
  return reordered ? { missing: ['(the same lines in another order)'], extra } : { missing, extra };
}

export function passes(expected: CaseOutput, actual: CaseOutput, level: Level): boolean {
  const wanted = factsOf(expected, level);
  const got = factsOf(actual, level);
  return wanted.length === got.length && wanted.every((fact, index) => fact === got[index]);
}

function subtract(from: readonly string[], what: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const item of what) counts.set(item, (counts.get(item) ?? 0) + 1);
  return from.filter((item) => {
    const left = counts.get(item) ?? 0;
    counts.set(item, left - 1);
    return left <= 0;
  });
}
