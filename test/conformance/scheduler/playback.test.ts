import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseActionGraph, parseCib } from '@holdfast/model';
import { playGraph } from '@holdfast/policy-engine';
import { describe, expect, it } from 'vitest';
import { CASE_FOLDERS, caseFolderPath, listCases } from './case-files.ts';
import { readSections } from './summary-sections.ts';

/** The reference prints its time line within this section too. */
const isTimeLine = (line: string): boolean => /^(Using|Setting)/.test(line);

for (const folder of CASE_FOLDERS) {
  const path = caseFolderPath(folder);
  describe.skipIf(listCases(folder) === undefined)(`playing the reference's graphs of ${folder}`, () => {
    it('executes the same actions in the same order', () => {
      const differing = readdirSync(join(path, 'exp')).filter((file) => {
        const name = file.replace(/\.exp$/, '');
        const graph = parseActionGraph(readFileSync(join(path, 'exp', file)));
        const information = parseCib(readFileSync(join(path, 'xml', `${name}.xml`)));
        const played = playGraph(graph, information, { nowSeconds: 0, failures: [] });
        const summary = readSections(readFileSync(join(path, 'summary', `${name}.summary`), 'utf8'));
        const expected = summary.executing.filter((line) => !isTimeLine(line));
        const actual = played.lines.map((line) => `*${line}`.replace(/\s+/g, ''));
        return played.outcome !== 'complete' || expected.join('\n') !== actual.join('\n');
      });
      expect(differing).toEqual([]);
    });
  });
}
