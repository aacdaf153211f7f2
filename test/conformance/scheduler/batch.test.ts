import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBatch } from '../../../packages/cli/src/simulate/run-batch.ts';
import { CASE_FOLDERS, caseFolderPath, listCases } from './case-files.ts';
import { runCase } from './results.ts';

/** Every so many cases are compared, and all with HOLDFAST_BATCH_STEP=1. */
const STEP = Number(process.env['HOLDFAST_BATCH_STEP'] ?? 6);

for (const folder of CASE_FOLDERS) {
  const cases = listCases(folder);
  describe.skipIf(cases === undefined)(`a batch of ${folder}`, () => {
    it('writes the bytes that the levels are judged by', { timeout: 300_000 }, () => {
      const out = mkdtempSync(join(tmpdir(), 'holdfast-batch-'));
      const result = runBatch({ folder: join(caseFolderPath(folder), 'xml'), out, nowSeconds: 0 });
      expect(result.failed).toEqual([]);
      expect(readdirSync(out)).toHaveLength(4 * (cases ?? []).length);
      const read = (name: string, kind: string): string => readFileSync(join(out, `${name}.${kind}`), 'utf8');
      for (const test of (cases ?? []).filter((_unused, index) => index % STEP === 0)) {
        const { summary, graph, scores } = runCase(test);
        expect(
          [read(test.name, 'summary'), read(test.name, 'exp'), read(test.name, 'scores')],
          test.name,
        ).toEqual([summary, graph, scores]);
        expect(read(test.name, 'dot'), test.name).toMatch(/^ digraph "g" \{\n[\s\S]*\}\n$/);
      }
      rmSync(out, { recursive: true });
    });
  });
}
