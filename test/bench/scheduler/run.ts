/**
 * Measures the policy engine on generated clusters against the installed reference simulator:
 *   node --conditions=source test/bench/scheduler/run.ts [--up-to NODESxRESOURCES] [--limit SECONDS] [--check]
 * `--limit` bounds the CPU time of one run of the reference (default 120); `--check` ends with 1 if a target is missed.
 */

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { REFERENCE_SIMULATOR } from '../../conformance/scheduler/fuzz/reference-simulator.ts';
import { generate, missing, SIZES, type Size, STATES, type State } from './clusters.ts';
import { type Measured, measureCommand, measureRepeated, measureWarm } from './measure.ts';

const words = process.argv.slice(2);
const option = (name: string): string | undefined => words[words.indexOf(name) + 1 || words.length];
const limitSeconds = Number(option('--limit') ?? 120);
const last = option('--up-to');
const COMMAND = resolve(import.meta.dirname, '../../../packages/cli/dist/bundle/crm_simulate');

interface Row {
  readonly size: Size;
  readonly state: State;
  readonly reference: Measured | undefined;
  readonly warm: Measured;
  readonly cold: Measured | undefined;
}

function measure(size: Size, state: State, folder: string): Row {
  const file = join(folder, 'cluster.xml');
  generate(size, state, file);
  const args = ['-R', '-Q', '-x', file];
  return {
    size,
    state,
    reference: measureRepeated([REFERENCE_SIMULATOR, ...args], limitSeconds),
    warm: measureWarm(file),
    cold: existsSync(COMMAND) ? measureCommand([COMMAND, ...args], 120) : undefined,
  };
}

function verdict({ size, state, reference, warm }: Row): string {
  const { factor, cpuSeconds, memoryMb } = size.targets[state];
  if (factor !== undefined) {
    if (reference === undefined) return 'no reference';
    return reference.cpuSeconds / warm.cpuSeconds >= factor ? `met (${factor}x)` : `missed (${factor}x)`;
  }
  const met = warm.cpuSeconds < (cpuSeconds ?? 0) && warm.memoryMb < (memoryMb ?? 0);
  return `${met ? 'met' : 'missed'} (${cpuSeconds} s, ${memoryMb} MB)`;
}

function show(row: Row): string {
  const { size, state, reference, warm, cold } = row;
  const seconds = (measured: Measured | undefined): string => measured?.cpuSeconds.toFixed(3) ?? '-';
  const memory = (measured: Measured | undefined): string => measured?.memoryMb.toFixed(0) ?? '-';
  const ratio = reference ? `${(reference.cpuSeconds / warm.cpuSeconds).toFixed(1)}x` : '-';
  const cells = [`${size.nodes}x${size.resources}`, state, seconds(reference), seconds(warm), ratio];
  const more = [seconds(cold), memory(reference), memory(warm), verdict(row)];
  return `| ${[...cells, ...more].join(' | ')} |`;
}

/** By which power of the number of resources the time grows, between 16x200 and 16x1000. */
function growth(rows: readonly Row[], state: State): string {
  const at = (resources: number): number | undefined =>
    rows.find((row) => row.size.nodes === 16 && row.size.resources === resources && row.state === state)?.warm
      .cpuSeconds;
  const [small, large] = [at(200), at(1000)];
  if (small === undefined || large === undefined) return '-';
  return (Math.log(large / small) / Math.log(5)).toFixed(2);
}

function main(): void {
  const reason = missing();
  if (reason !== undefined) {
    console.log(`skipped: ${reason}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'scheduler-bench-'));
  const rows: Row[] = [];
  console.log(
    '| cluster | state | reference, s | warm, s | ratio | cold, s | reference, MB | warm, MB | target |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  try {
    for (const size of SIZES) {
      for (const state of STATES) {
        const row = measure(size, state, folder);
        rows.push(row);
        console.log(show(row));
      }
      if (`${size.nodes}x${size.resources}` === last) break;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const state of STATES) console.log(`growth exponent, ${state}: ${growth(rows, state)} (at most 1.3)`);
  if (words.includes('--check') && rows.some((row) => verdict(row).startsWith('missed')))
    process.exitCode = 1;
}

main();
