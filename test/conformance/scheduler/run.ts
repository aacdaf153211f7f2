/**
 * Runs the scheduler cases from a shell:
 *   node --conditions=source test/conformance/scheduler/run.ts [table] [--rewrite [--even-if-worse]] [--folder NAME]
 *   ... failing LEVEL [--feature NAME] [--folder NAME]   cases failing a level, by feature
 *   ... diff CASE LEVEL                                  what differs
 *   ... show CASE                                        what the engine prints
 *   ... worse                                            cases that passed by passed.json and fail now
 *   ... changes                                          the same, and cases that failed and pass now
 */

import { readBaseline, regressions, writeBaseline } from './baseline.ts';
import { CASE_FOLDERS, type CaseFolder, listCases, readExpected, type SchedulerCase } from './case-files.ts';
import { ALL_LEVELS, differenceOf, type Level } from './levels.ts';
import { judgeFolderOnce } from './result-cache.ts';
import { type CaseResult, runCase } from './results.ts';
import { formatTable } from './table.ts';

const words = process.argv.slice(2);

function option(name: string): string | undefined {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}

function judged(): Map<CaseFolder, CaseResult[]> {
  const wanted = option('--folder');
  const results = new Map<CaseFolder, CaseResult[]>();
  for (const folder of CASE_FOLDERS) {
    if (wanted !== undefined && !folder.includes(wanted)) continue;
    const list = judgeFolderOnce(folder);
    if (list === undefined) console.error(`${folder}: not there; set HOLDFAST_SHARED`);
    else results.set(folder, list);
  }
  return results;
}

function findCase(name: string | undefined): SchedulerCase {
  for (const folder of CASE_FOLDERS) {
    const found = listCases(folder)?.find((test) => test.name === name);
    if (found) return found;
  }
  throw new Error(`there is no case ${name}`);
}

function table(): void {
  const results = judged();
  for (const [folder, list] of results) {
    console.log(formatTable(folder, list));
    printErrors(list);
  }
  if (!words.includes('--rewrite')) return;
  const lost = [...results.values()].flatMap((list) => regressions(readBaseline(), list));
  if (lost.length > 0 && !words.includes('--even-if-worse')) {
    console.log(`not written, because these got worse:\n${lost.join('\n')}`);
    process.exitCode = 1;
  } else {
    writeBaseline(results);
  }
}

function printErrors(list: readonly CaseResult[]): void {
  const byError = new Map<string, string[]>();
  for (const { test, error } of list) {
    if (error !== undefined) byError.set(error, [...(byError.get(error) ?? []), test.name]);
  }
  for (const [error, names] of byError)
    console.log(`${names.length} thrown: ${error}\n  e.g. ${names.slice(0, 5).join(' ')}\n`);
}

function failing(level: Level): void {
  const feature = option('--feature');
  for (const [folder, list] of judged()) {
    const failed = list.filter(
      ({ passed, features }) =>
        !passed.includes(level) && (feature === undefined || features.includes(feature)),
    );
    console.log(`${folder}: ${failed.length} of ${list.length} fail level ${level}`);
    console.log(failed.map(({ test, error }) => (error ? `${test.name}!` : test.name)).join(' '));
    if (feature !== undefined) continue;
    for (const name of [...new Set(failed.flatMap(({ features }) => features))].sort()) {
      const some = failed.filter(({ features }) => features.includes(name));
      console.log(
        `  ${name}: ${some.length}: ${some
          .slice(0, 12)
          .map(({ test }) => test.name)
          .join(' ')}`,
      );
    }
  }
}

function diff(test: SchedulerCase, level: Level): void {
  const { missing, extra } = differenceOf(readExpected(test), runCase(test), level);
  const lines = [
    ...missing.map((fact) => ({ sign: '-', fact })),
    ...extra.map((fact) => ({ sign: '+', fact })),
  ];
  lines.sort((a, b) => (a.fact < b.fact ? -1 : a.fact > b.fact ? 1 : 0));
  for (const { sign, fact } of lines)
    console.log(
      fact
        .split('\n')
        .map((line) => `${sign} ${line}`)
        .join('\n'),
    );
}

function show(test: SchedulerCase): void {
  const { summary, scores } = runCase(test);
  console.log(summary + scores);
}

/** Prints what changed against passed.json, level by level. */
function compare(): void {
  for (const [folder, list] of judged()) {
    for (const line of regressions(readBaseline(), list)) console.log(`worse: ${line}`);
    const before = readBaseline()[folder] ?? {};
    for (const { test, passed } of list) {
      const gained = passed.filter((level) => !before[test.name]?.includes(String(level)));
      if (gained.length > 0 && words[0] === 'changes')
        console.log(`better: ${test.name}: ${gained.join(', ')}`);
    }
  }
}

function levelOf(text: string | undefined): Level {
  const level = ALL_LEVELS.find((one) => String(one) === text);
  if (level === undefined) throw new Error(`${text} is not a level`);
  return level;
}

switch (words[0]) {
  case 'diff':
    diff(findCase(words[1]), levelOf(words[2] ?? '1'));
    break;
  case 'show':
    show(findCase(words[1]));
    break;
  case 'failing':
    failing(levelOf(words[1]));
    break;
  case 'worse':
  case 'changes':
    compare();
    break;
  default:
    table();
}
