import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runTour } from '../../packages/cli/src/dev/tour.ts';
import { ROOT } from './loopback-cluster.ts';

test('the tour: a killed machine is detected, fenced, replaced, and comes back, with never two copies', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-tour-'));
  const lines: string[] = [];
  try {
    const options = {
      root: ROOT,
      directory,
      example: join(ROOT, 'examples/first-cluster'),
      httpPort: 18_180,
    };
    const result = await runTour(options, (line) => lines.push(line));
    expect(result.violations).toEqual([]);
    expect(result.survivor).not.toBe(result.victim);
    expect(result.timeline.fencingProven).toBeLessThanOrEqual(result.timeline.started ?? 0);
    expect(result.firstNewAnswerMs).toBeLessThan(10_000);
  } finally {
    console.log(lines.join('\n'));
    rmSync(directory, { recursive: true, force: true });
  }
}, 120_000);
