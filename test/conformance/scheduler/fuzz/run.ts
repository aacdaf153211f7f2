/**
 * Compares generated clusters with the installed reference simulator:
 *   node --conditions=source test/conformance/scheduler/fuzz/run.ts [--seed FIRST] [--count N] [--levels 123]
 *     [--show SEED]
 * Prints each difference as the smallest cluster that still shows it.
 */
import { ALL_LEVELS, type Level } from '../levels.ts';
import { compareCluster, documentOf } from './compare-clusters.ts';
import { generateCluster } from './generate-cluster.ts';
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

const reference = new ReferenceSimulator();
let differing = 0;
for (let seed = first; seed < first + count && differing < limit; seed++) {
  const cluster = generateCluster(seed);
  const found = compareCluster(cluster, reference, levels);
  if (found === undefined) continue;
  differing += 1;
  const small = shrink(cluster, (smaller) => compareCluster(smaller, reference, [found.level]) !== undefined);
  const shown = compareCluster(small, reference, [found.level]) ?? found;
  console.log(`--- seed ${seed}, level ${shown.level}`);
  for (const line of shown.difference.missing) console.log(`- ${line}`);
  for (const line of shown.difference.extra) console.log(`+ ${line}`);
  if (!words.includes('--brief')) console.log(documentOf(small));
}
reference.dispose();
console.log(`${differing} of ${count} clusters differ`);
