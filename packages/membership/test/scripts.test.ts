import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runScript } from './driver/script.ts';

const folder = new URL('../testdata/', import.meta.url);
const rewrite = process.env.HOLDFAST_REWRITE === '1';

describe('scripts', () => {
  for (const name of readdirSync(folder).sort()) {
    it(name.replace('.txt', '').replaceAll('-', ' '), () => {
      const file = new URL(name, folder);
      const expected = readFileSync(file, 'utf8');
      expect(expected, 'a script begins by telling what is shown and for which rule').toMatch(
        /^# [^\n]*[Rr]ule/,
      );
      const actual = runScript(expected);
      if (rewrite) writeFileSync(file, actual);
      else expect(actual).toBe(expected);
    });
  }
});
