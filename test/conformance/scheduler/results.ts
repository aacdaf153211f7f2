import * as policy from '@holdfast/policy-engine';
import {
  type CaseFolder,
  type CaseOutput,
  listCases,
  readExpected,
  readInput,
  type SchedulerCase,
} from './case-files.ts';
import { featuresOf } from './features.ts';
import { ALL_LEVELS, type Level, passes } from './levels.ts';

export interface CaseResult {
  readonly test: SchedulerCase;
  readonly passed: readonly Level[];
  readonly features: readonly string[];
  /** Present if the engine threw. */
  readonly error?: string;
}

const engine = policy as unknown as policy.PolicyFunctions;

/** "Now" of inputs without a date of their own: the reference took the wall clock when the answers were printed. */
const PRINTED_AT_SECONDS = Date.UTC(2026, 6, 15) / 1000;

/** Runs one case through the engine. */
export function runCase(test: SchedulerCase): CaseOutput {
  const at = test.args.indexOf('-t');
  const now = at >= 0 ? test.args[at + 1] : undefined;
  const time = now === undefined ? { fallbackSeconds: PRINTED_AT_SECONDS } : { now };
  return policy.simulateDocument(readInput(test), engine, time);
}

export function judgeCase(test: SchedulerCase, withFeatures = true): CaseResult {
  const features = withFeatures ? featuresOf(readInput(test)) : [];
  try {
    const actual = runCase(test);
    const expected = readExpected(test);
    return { test, features, passed: ALL_LEVELS.filter((level) => passes(expected, actual, level)) };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { test, features, passed: [], error: text.split('\n').slice(0, 4).join('\n') };
  }
}

/** Judges all cases of a folder; undefined if the folder is not there. */
export function judgeFolder(folder: CaseFolder, withFeatures = true): CaseResult[] | undefined {
  return listCases(folder)?.map((test) => judgeCase(test, withFeatures));
}
