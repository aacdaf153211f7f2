/** Reads and computes one CIB several times; prints the least CPU time of one round and the peak memory. */
import { readFileSync } from 'node:fs';
import { parseCib } from '@holdfast/model';
import { computeTransition } from '@holdfast/policy-engine';

const [, , file = '', repetitions = '3'] = process.argv;
let best = Number.POSITIVE_INFINITY;
for (let round = 0; round < Number(repetitions); round++) {
  const before = process.cpuUsage();
  const result = computeTransition(parseCib(readFileSync(file)), { scores: false });
  if (result.graph.synapses.length === 0) throw new Error('nothing was decided');
  const { user, system } = process.cpuUsage(before);
  best = Math.min(best, (user + system) / 1e6);
}
const memoryMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ cpuSeconds: best, memoryMb }));
