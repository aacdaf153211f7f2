// Synchronous work on the main loop that grows with the configuration, in processor time of one piece (DESIGN 6).
//   node --conditions=source test/bench/main-loop/measure-main-loop.ts [RESOURCES ...]
import {
  applyChangeInSlices,
  EMPTY_REVISIONED_CONFIGURATION,
  HoldfastError,
  prepareChange,
} from '@holdfast/model';
import type { ReplicatedCommand } from '../../../packages/node/src/replicated/command.ts';
import { writeInSlices } from '../../../packages/node/src/replicated/command-text.ts';
import { ConfigurationFacts } from '../../../packages/node/src/replicated/configuration-facts.ts';
import { ReplicatedState } from '../../../packages/node/src/replicated/replicated-state.ts';
import { readSnapshot } from '../../../packages/node/src/replicated/snapshot-data.ts';
import { largeChange } from './large-change.ts';

const ROUNDS = 3;

/** Least processor time of some rounds, in milliseconds: what else the machine does hardly counts. */
function measure<T>(label: string, work: () => T): T {
  let leastMs = Number.POSITIVE_INFINITY;
  let result: T | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    result = work();
    const { user, system } = process.cpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1000);
  }
  console.log(`  ${label.padEnd(52)} ${leastMs.toFixed(1).padStart(7)} ms`);
  return result as T;
}

/** The same for work in slices: all of it, and the longest slice. */
function measureSlices<T>(label: string, begin: () => Generator<void, T>): T {
  let leastMs = Number.POSITIVE_INFINITY;
  let longestMs = Number.POSITIVE_INFINITY;
  let slices = 0;
  let result: T | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const work = begin();
    let allMs = 0;
    let mostMs = 0;
    slices = 0;
    for (let done: boolean | undefined = false; !done; slices++) {
      const before = process.cpuUsage();
      const step = work.next();
      const { user, system } = process.cpuUsage(before);
      allMs += (user + system) / 1000;
      mostMs = Math.max(mostMs, (user + system) / 1000);
      done = step.done;
      if (step.done) result = step.value;
    }
    leastMs = Math.min(leastMs, allMs);
    longestMs = Math.min(longestMs, mostMs);
  }
  console.log(
    `  ${label.padEnd(52)} ${leastMs.toFixed(1).padStart(7)} ms in ${slices} slices, longest ${longestMs.toFixed(1)} ms`,
  );
  return result as T;
}

const sizes = process.argv.slice(2).map(Number);
for (const resources of sizes.length > 0 ? sizes : [1000, 5000, 10_000]) {
  const text = JSON.stringify(largeChange(resources));
  console.log(`${resources} resources, ${(text.length / 1e6).toFixed(2)} MB`);
  const json = measure('read a request (JSON)', () => JSON.parse(text) as unknown);
  const commands: ReplicatedCommand[] = [{ kind: 'configure', change: json, origin: 'bench', atMs: 0 }];
  measure('write it (for the log, the disk, each member)', () => JSON.stringify(commands));
  const copies = Array.from({ length: ROUNDS }, () => JSON.parse(text) as unknown);
  const change = measureSlices('check it', () => prepareChange(copies.pop()));
  const before = EMPTY_REVISIONED_CONFIGURATION;
  const outcome = measureSlices('apply it to a copy of the configuration', () =>
    applyChangeInSlices(before, change),
  );
  if (outcome instanceof HoldfastError) throw outcome;
  const written = () => {
    const again: ReplicatedCommand[] = [...commands];
    for (const _ of writeInSlices(again));
    return again;
  };
  measureSlices('write it for the state hash', () => writeInSlices([...commands]));
  const state = new ReplicatedState();
  const entries = Array.from({ length: ROUNDS }, written);
  measure('apply its log entry after that: with the state hash', () => {
    state.configuration = before;
    return state.apply(1, entries.pop() as ReplicatedCommand[], { before, outcome });
  });
  measure(
    'what the core reads in a configuration',
    () => new ConfigurationFacts(state.configuration.configuration).primitives,
  );
  const snapshot = measure('make a snapshot', () => state.snapshotText());
  const read = measureSlices('read a snapshot', () => readSnapshot(snapshot));
  measure('start from it after that', () => new ReplicatedState().restore(read));
  const one = largeChange(1);
  measure('apply one more change', () =>
    state.apply(2, [{ kind: 'configure', change: one, origin: 'bench', atMs: 0 }]),
  );
}
