import { describe, expect, it } from 'vitest';
import { PURE_PACKAGES } from './layers.ts';
import { sourceFiles } from './source-files.ts';

/** What a pure package must not touch, and why. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\bDate\s*\.\s*now\b|\bnew Date\(\s*\)/, 'reads the clock'],
  [/\bperformance\s*\.\s*now\b/, 'reads the clock'],
  [/\bMath\s*\.\s*random\b/, 'draws random numbers'],
  [/\bcrypto\s*\.\s*(random|getRandom)/, 'draws random numbers'],
  [/\b(setTimeout|setInterval|setImmediate|queueMicrotask)\s*\(/, 'uses a timer'],
  [/\bprocess\s*\./, 'reads the environment'],
  [/\bglobalThis\b/, 'reads the environment'],
  [/from 'node:/, 'uses a Node built-in'],
  [/\blocaleCompare\b|\btoLocale\w+\(|\bIntl\b/, 'depends on the locale'],
  [/\bfetch\s*\(/, 'does I/O'],
];

describe('pure packages', () => {
  for (const name of PURE_PACKAGES) {
    it(`${name} is deterministic and does no I/O`, () => {
      const wrong = sourceFiles(`packages/${name}/src`).flatMap((file) =>
        file.lines.flatMap((line, index) => {
          const code = line.replace(/^\s*(\*|\/\/|\/\*).*$/, '').replace(/\/\/ .*$/, '');
          return BANNED.filter(([pattern]) => pattern.test(code)).map(
            ([, why]) => `${file.path}:${index + 1} ${why}: ${line.trim()}`,
          );
        }),
      );
      expect(wrong).toEqual([]);
    });
  }
});
