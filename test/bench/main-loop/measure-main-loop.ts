// Synchronous work on the main loop that grows with the configuration, in processor time of one piece (DESIGN 6).
//   node --conditions=source test/bench/main-loop/measure-main-loop.ts [RESOURCES ...]
import {
  applyChange,
  EMPTY_REVISIONED_CONFIGURATION,
  HoldfastError,
  OPERATIONS_PER_SLICE,
  prepareChange,
} from '@holdfast/model';
import type { ReplicatedCommand } from '../../../packages/node/src/replicated/command.ts';
import { ConfigurationFacts } from '../../../packages/node/src/replicated/configuration-facts.ts';
import { ReplicatedState } from '../../../packages/node/src/replicated/replicated-state.ts';
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

const sizes = process.argv.slice(2).map(Number);
for (const resources of sizes.length > 0 ? sizes : [1000, 5000, 10_000]) {
  const text = JSON.stringify(largeChange(resources));
  console.log(`${resources} resources, ${(text.length / 1e6).toFixed(2)} MB`);
  const json = measure('read a request (JSON)', () => JSON.parse(text) as unknown);
  const commands: ReplicatedCommand[] = [{ kind: 'configure', change: json, origin: 'bench', atMs: 0 }];
  measure('write it (for the log, the disk, each member)', () => JSON.stringify(commands));
  let slices = 1;
  const change = measure('check it, in slices: all of them', () => {
    slices = 1;
    const work = prepareChange(json);
    for (let step = work.next(); ; step = work.next(), slices++) if (step.done) return step.value;
  });
  measure('... one slice', () => {
    const share = { operations: change.operations.slice(0, OPERATIONS_PER_SLICE) };
    return prepareChange(JSON.parse(JSON.stringify(share))).next();
  });
  measure('apply it after that', () => {
    const applied = applyChange(EMPTY_REVISIONED_CONFIGURATION, change);
    if (applied instanceof HoldfastError) throw applied;
    return applied;
  });
  const state = new ReplicatedState();
  measure('apply its log entry after that: with the state hash', () => {
    state.restore(new ReplicatedState().snapshot());
    return state.apply(1, commands, change);
  });
  measure(
    'what the core reads in a configuration',
    () => new ConfigurationFacts(state.configuration.configuration),
  );
  const snapshot = measure('make a snapshot', () => JSON.stringify(state.snapshot()));
  measure('start from a snapshot', () => new ReplicatedState().restore(JSON.parse(snapshot)));
  const one = largeChange(1);
  measure('apply one more change', () =>
    state.apply(2, [{ kind: 'configure', change: one, origin: 'bench', atMs: 0 }]),
  );
}
