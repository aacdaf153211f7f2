/** Reads and computes one CIB many times; prints the least CPU time of one round and the peak memory. */
import { readFileSync } from 'node:fs';
import { parseCib } from '@holdfast/model';
import { computeTransition } from '@holdfast/policy-engine';

/*
 * The compiler needs 3 to 8 s to be done with what is hot: at 16x1000 a round still gets faster after the 30th. So
 * rounds go on for a while, and there are some in any case.
 */
const MIN_SECONDS = 12;
const MIN_ROUNDS = 5;

const [, , file = ''] = process.argv;
let best = Number.POSITIVE_INFINITY;
let spent = 0;
for (let round = 0; round < MIN_ROUNDS || spent < MIN_SECONDS; round++) {
  const before = process.cpuUsage();
  const result = computeTransition(parseCib(readFileSync(file)), { scores: false });
  if (result.graph.synapses.length === 0) throw new Error('nothing was decided');
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  spent += seconds;
  best = Math.min(best, seconds);
}
const memoryMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ cpuSeconds: best, memoryMb }));
