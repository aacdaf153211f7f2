/**
 * Runs simulated seeds on several processes and prints what they found.
 *
 *   node --conditions=source test/simulation/run-seeds.ts [--seeds N] [--first SEED] [--minutes M] [--all]
 *     [--wide] [--by-hand] [--trace LINES]
 *
 * Exits 1 when a checker fired. One seed alone (`--seeds 1 --first N --trace 400`) prints its story.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { SeedResult } from '@holdfast/simulator';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    first: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    all: { type: 'boolean', default: false },
    wide: { type: 'boolean', default: false },
    'by-hand': { type: 'boolean', default: false },
    trace: { type: 'string', default: '0' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});

const total = Number(values.seeds);
const first = Number(values.first);
const workerCount = Math.min(Number(values.workers), total);
const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
let next = first;
let finished = 0;
const failed: SeedResult[] = [];
const sums = { events: 0, computations: 0, elections: 0, fencings: 0, acknowledgedWrites: 0 };

function take(result: SeedResult): void {
  finished++;
  for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += result[key];
  if (result.findings.length > 0) {
    failed.push(result);
    for (const line of result.trace) console.log(line);
    const finding = result.findings[0];
    console.log(
      `seed ${result.seed}: ${finding?.checker} at ${Math.round(finding?.atMs ?? 0)} ms: ${finding?.message}`,
    );
  } else if (total === 1) {
    for (const line of result.trace) console.log(line);
    console.log(JSON.stringify({ ...result, trace: undefined }));
  } else if (finished % 50 === 0) {
    console.log(`${finished} of ${total} seeds, ${failed.length} failed, ${rate()} seeds/s`);
  }
}

function rate(): string {
  return ((finished * 1000) / (performance.now() - startedAt)).toFixed(2);
}

function runWorker(): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./seed-worker.ts', import.meta.url), {
      execArgv: ['--conditions=source'],
      // A world lives for a second: with room for its youth hardly anything of it is copied by the collector.
      resourceLimits: { maxYoungGenerationSizeMb: 192 },
    });
    const feed = () => {
      if (next >= first + total) {
        void worker.terminate().then(() => resolve());
        return;
      }
      worker.postMessage({
        seed: next++,
        minutes: Number(values.minutes),
        allFaults: values.all,
        wide: values.wide,
        byHand: values['by-hand'],
        traceLines: Number(values.trace),
      });
    };
    worker.on('message', (result: SeedResult) => {
      take(result);
      feed();
    });
    worker.on('error', reject);
    feed();
  });
}

await Promise.all(Array.from({ length: workerCount }, runWorker));
const seconds = (performance.now() - startedAt) / 1000;
const perCore = finished / seconds / workerCount;
// On a machine shared with others this tells more than the clock on the wall.
const { user, system } = process.cpuUsage(cpuBefore);
const cpuSeconds = (user + system) / 1e6;
console.log(
  `${finished} seeds of ${values.minutes} virtual minutes in ${seconds.toFixed(1)} s: ` +
    `${perCore.toFixed(2)} seeds/s per core (${(finished / cpuSeconds).toFixed(2)} per CPU second), ` +
    `${failed.length} failed`,
);
console.log(
  `${sums.events} events, ${sums.computations} computations, ${sums.elections} elections, ` +
    `${sums.fencings} fencings, ${sums.acknowledgedWrites} acknowledged writes`,
);
if (failed.length > 0) {
  console.log(`failed seeds: ${failed.map((result) => result.seed).join(' ')}`);
  process.exitCode = 1;
}
