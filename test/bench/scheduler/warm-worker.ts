/** Reads and computes one CIB many times; prints the CPU time of one round and the peak memory. */
import { readFileSync } from 'node:fs';
import { parseCib } from '@holdfast/model';
import { computeTransition } from '@holdfast/policy-engine';

/*
 * The compiler needs 3 to 8 s to be done with what is hot: at 16x1000 a round still gets faster after the 30th. So
 * rounds go on for a while, and there are some in any case.
 */
const MIN_SECONDS = 14;
const MIN_BLOCKS = 5;
/*
 * Rounds are counted in blocks of a second, and the least mean of a block is what a round takes. The least single round
 * of a small cluster is one in which the garbage collector had nothing to do, because others paid for it; a round of a
 * large cluster always collects. So the collector's share is in both.
 */
const BLOCK_SECONDS = 1;

const [, , file = ''] = process.argv;

/** Mean CPU time of the rounds of one block, of all threads; in seconds. */
function block(): { mean: number; spent: number } {
  const before = process.cpuUsage();
  let spent = 0;
  let rounds = 0;
  while (spent < BLOCK_SECONDS) {
    const result = computeTransition(parseCib(readFileSync(file)), { scores: false });
    if (result.graph.synapses.length === 0) throw new Error('nothing was decided');
    const { user, system } = process.cpuUsage(before);
    spent = (user + system) / 1e6;
    rounds++;
  }
  return { mean: spent / rounds, spent };
}

let best = Number.POSITIVE_INFINITY;
for (let blocks = 0, total = 0; blocks < MIN_BLOCKS || total < MIN_SECONDS; blocks++) {
  const { mean, spent } = block();
  total += spent;
  best = Math.min(best, mean);
}
const memoryMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ cpuSeconds: best, memoryMb }));
