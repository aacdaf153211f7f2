import { describe, expect, it } from 'vitest';
import { readBaseline, regressions } from './baseline.ts';
import { CASE_FOLDERS, caseFolderPath, listCases } from './case-files.ts';
import { judgeFolder } from './results.ts';

for (const folder of CASE_FOLDERS) {
  const there = listCases(folder) !== undefined;
  describe.skipIf(!there)(
    `${folder}${there ? '' : ` (skipped: ${caseFolderPath(folder)} is not there)`}`,
    () => {
      it('passes every level of every case that it passed before', { timeout: 600_000 }, () => {
        expect(regressions(readBaseline(), judgeFolder(folder, false) ?? [])).toEqual([]);
      });
    },
  );
}
