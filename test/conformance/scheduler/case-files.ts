import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folders of cases, under the folder that holds them. */
export const CASE_FOLDERS = ['scheduler-cases', 'scheduler-generated'] as const;

export type CaseFolder = (typeof CASE_FOLDERS)[number];

const shared = resolve(process.env['HOLDFAST_SHARED'] ?? join(import.meta.dirname, '../../../../shared'));

export interface SchedulerCase {
  readonly folder: CaseFolder;
  readonly name: string;
  /** Arguments of the simulator: nothing, or `-t TIME`. */
  readonly args: readonly string[];
}

/** What a simulator prints for a case. */
export interface CaseOutput {
  readonly summary: string;
  readonly graph: string;
  readonly scores: string;
}

/** Where a folder of cases should be; set HOLDFAST_SHARED to the folder above it. */
export function caseFolderPath(folder: CaseFolder): string {
  return join(shared, folder);
}

/** The cases of a folder in the order of its list, or undefined if the folder is not there. */
export function listCases(folder: CaseFolder): SchedulerCase[] | undefined {
  const list = join(caseFolderPath(folder), 'cases.json');
  if (!existsSync(list)) return undefined;
  const cases = JSON.parse(readFileSync(list, 'utf8')) as { name: string; args: string[] }[];
  return cases.map(({ name, args }) => ({ folder, name, args }));
}

export function readInput(test: SchedulerCase): Uint8Array {
  return readFileSync(join(caseFolderPath(test.folder), 'xml', `${test.name}.xml`));
}

export function readExpected(test: SchedulerCase): CaseOutput {
  const read = (kind: string): string =>
    readFileSync(join(caseFolderPath(test.folder), kind, `${test.name}.${kind}`), 'utf8');
  return { summary: read('summary'), graph: read('exp'), scores: read('scores') };
}
