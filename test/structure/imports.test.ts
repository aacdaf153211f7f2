import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAY_IMPORT } from './layers.ts';
import { packageNames, ROOT, sourceFiles } from './source-files.ts';

const IMPORT = /(?:\bfrom|\bimport)\s+'([^']+)'|\bimport\(\s*'([^']+)'/g;

function importsOf(text: string): string[] {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? '');
}

describe('imports', () => {
  it('every package is in the layer table', () => {
    expect(packageNames()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  for (const name of packageNames()) {
    it(`${name} imports only the packages below it, through their index`, () => {
      const allowed = new Set(MAY_IMPORT[name]);
      const wrong = sourceFiles(`packages/${name}/src`).flatMap((file) =>
        importsOf(file.text)
          .filter((target) => target.startsWith('@holdfast/'))
          .filter((target) => !allowed.has(target.slice('@holdfast/'.length)))
          .map((target) => `${file.path} imports ${target}`),
      );
      expect(wrong).toEqual([]);
    });

    it(`${name} stays inside its own folder with relative imports`, () => {
      const wrong = sourceFiles(`packages/${name}/src`).flatMap((file) =>
        importsOf(file.text)
          .filter((target) => target.startsWith('.'))
          .filter((target) => !join(file.path, '..', target).startsWith(join('packages', name, 'src')))
          .map((target) => `${file.path} imports ${target}`),
      );
      expect(wrong).toEqual([]);
    });

    it(`${name} declares what it imports`, () => {
      const manifest = JSON.parse(readFileSync(join(ROOT, 'packages', name, 'package.json'), 'utf8'));
      const declared = new Set(Object.keys(manifest.dependencies ?? {}));
      const missing = new Set(
        sourceFiles(`packages/${name}/src`)
          .flatMap((file) => importsOf(file.text))
          .filter((target) => !target.startsWith('.') && !target.startsWith('node:'))
          .map((target) =>
            target
              .split('/')
              .slice(0, target.startsWith('@') ? 2 : 1)
              .join('/'),
          )
          .filter((target) => !declared.has(target)),
      );
      expect([...missing]).toEqual([]);
    });
  }
});
