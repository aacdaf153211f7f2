import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const HERE = dirname(fileURLToPath(import.meta.url));
const SEEDS = process.env['HOLDFAST_SEEDS'] ?? (process.env['CI'] ? '200' : '30');
const WIDE_SEEDS = Math.ceil(Number(SEEDS) / 5);

function runSeeds(...more: readonly string[]): void {
  const run = spawnSync(
    process.execPath,
    ['--conditions=source', join(HERE, 'run-seeds.ts'), '--trace', '60', ...more],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  console.log(run.stdout.slice(-6000));
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
}

describe('simulated clusters', () => {
  it(`${SEEDS} seeds of ten virtual minutes end without a finding`, { timeout: 1_500_000 }, () => {
    runSeeds('--seeds', SEEDS, '--first', '1');
  });

  it(`${WIDE_SEEDS} seeds of wide worlds, with every fault, do`, { timeout: 600_000 }, () => {
    runSeeds('--seeds', String(WIDE_SEEDS), '--first', '1', '--all', '--wide', '--by-hand');
  });
});
