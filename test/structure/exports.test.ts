import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageNames, ROOT, sourceFiles } from './source-files.ts';

const EXPORTED =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const) (\w+)/;
const REEXPORT = /export\s+(?:type\s+)?(\*|\{[^}]*\})\s+from\s+'\.\/([^']+)'/g;

/** Public files of a package: path -> the names its index exports from there, or all. */
function publicFiles(name: string): Map<string, Set<string> | 'all'> {
  const index = readFileSync(join(ROOT, 'packages', name, 'src', 'index.ts'), 'utf8');
  const files = new Map<string, Set<string> | 'all'>();
  for (const [, names, path] of index.matchAll(REEXPORT)) {
    const listed = names === '*' ? 'all' : new Set(names?.match(/\w+/g) ?? []);
    files.set(`packages/${name}/src/${path}`, listed);
  }
  return files;
}

describe('exports', () => {
  for (const name of packageNames()) {
    it(`${name} has a README`, () => {
      expect(existsSync(join(ROOT, 'packages', name, 'README.md'))).toBe(true);
    });

    it(`${name} documents every public export`, () => {
      const open = publicFiles(name);
      const missing = sourceFiles(`packages/${name}/src`).flatMap((file) => {
        const names = open.get(file.path);
        if (!names) return [];
        return file.lines.flatMap((line, index) => {
          const exported = EXPORTED.exec(line)?.[1];
          if (!exported || (names !== 'all' && !names.has(exported))) return [];
          let above = index - 1;
          while (/^\s*\/\/ biome-ignore/.test(file.lines[above] ?? '')) above--;
          return (file.lines[above] ?? '').trimEnd().endsWith('*/')
            ? []
            : [`${file.path}:${index + 1} ${exported}`];
        });
      });
      expect(missing).toEqual([]);
    });
  }
});
