/**
 * Compares generated clusters with the installed reference simulator:
 *   node --conditions=source test/conformance/scheduler/fuzz/run.ts [--seed FIRST] [--count N] [--levels 123]
 *     [--limit N] [--whole] [--brief]     print each difference as the smallest cluster that still shows it
 *     --again FILE                        only the seeds that an earlier output names
 *     --show SEED                         print the generated cluster
 * `--whole` does not shrink, `--brief` does not print the cluster. Ends with how many were compared and how fast.
 */
import { readFileSync } from 'node:fs';
import type { ClusterInformation } from '@holdfast/model';
import { ALL_LEVELS, type Level } from '../levels.ts';
import { compareCluster, documentOf } from './compare-clusters.ts';
import { generateCluster } from './generate-cluster.ts';
import { type Judged, judge } from './judge.ts';
import { ReferenceSimulator } from './reference-simulator.ts';
import { shrink } from './shrink.ts';

const words = process.argv.slice(2);

function option(name: string, fallback: string): string {
  const at = words.indexOf(name);
  return at < 0 ? fallback : (words[at + 1] ?? fallback);
}

const first = Number(option('--seed', '1'));
const count = Number(option('--count', '100'));
const levels: readonly Level[] = ALL_LEVELS.filter((level) =>
  option('--levels', '12').includes(String(level)),
);
const limit = Number(option('--limit', '10'));

if (words.includes('--show')) {
  console.log(documentOf(generateCluster(Number(option('--show', '1')))));
  process.exit(0);
}

/** Those in a row, or those with a difference in an earlier output. */
function* seeds(): Generator<number> {
  if (!words.includes('--again')) {
    for (let seed = first; seed < first + count; seed++) yield seed;
    return;
  }
  for (const [, seed] of readFileSync(option('--again', ''), 'utf8').matchAll(/^--- seed (\d+)/gm))
    yield Number(seed);
}

const reference = new ReferenceSimulator();

/** What is unexplained at a level; those before it may be the reason. */
function unexplainedAt(cluster: ClusterInformation, level: Level): Judged['unexplained'] {
  const upToThere = levels.filter((each) => each <= level);
  const found = compareCluster(cluster, reference, upToThere);
  const unexplained = found === 'refused' ? undefined : judge(cluster, found).unexplained;
  return unexplained?.level === level ? unexplained : undefined;
}

const startedMs = performance.now();
let differing = 0;
let refused = 0;
const explained = new Map<string, number>();
let done = 0;
for (const seed of seeds()) {
  if (differing >= limit) break;
  done += 1;
  const cluster = generateCluster(seed);
  const found = compareCluster(cluster, reference, levels);
  if (found === 'refused') {
    refused += 1;
    continue;
  }
  const { unexplained, reasons } = judge(cluster, found);
  for (const reason of reasons) explained.set(reason, (explained.get(reason) ?? 0) + 1);
  if (unexplained === undefined) continue;
  differing += 1;
  const small = words.includes('--whole')
    ? cluster
    : shrink(cluster, (smaller) => unexplainedAt(smaller, unexplained.level) !== undefined);
  const shown = unexplainedAt(small, unexplained.level) ?? unexplained;
  console.log(`--- seed ${seed}, level ${shown.level}`);
  for (const line of shown.left.missing) console.log(`- ${line}`);
  for (const line of shown.left.extra) console.log(`+ ${line}`);
  if (!words.includes('--brief')) console.log(documentOf(small));
}
reference.dispose();
const seconds = (performance.now() - startedMs) / 1000;
console.log(
  `${done} clusters in ${seconds.toFixed(0)} s (${(done / seconds).toFixed(1)} a second): ` +
    `${differing} differ without a known reason, ${refused} the reference gives no answer for`,
);
for (const [reason, times] of explained) console.log(`${times}: ${reason}`);
