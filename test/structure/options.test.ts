import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLUSTER_OPTIONS } from '@holdfast/model';
import { describe, expect, it } from 'vitest';
import { ROOT } from './source-files.ts';

/** First cells of the rows of all tables in a document, without their code marks. */
function listed(path: string): string[] {
  const rows = readFileSync(join(ROOT, path), 'utf8').matchAll(/^\| `([^`]+)` \|/gm);
  return [...rows].map((row) => row[1] ?? '').sort();
}

describe('documented options', () => {
  it('docs/cluster-options.md lists every cluster option, and only those', () => {
    expect(listed('docs/cluster-options.md')).toEqual([...CLUSTER_OPTIONS.keys()].sort());
  });

  it('docs/operations.md lists every setting of the local configuration', () => {
    const source = readFileSync(
      join(ROOT, 'packages/daemon/src/configuration/local-configuration.ts'),
      'utf8',
    );
    const names = /const SETTINGS[^=]*= \[([^\]]*)\]/.exec(source)?.[1] ?? '';
    const settings = [...names.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? '');
    expect(settings.length).toBeGreaterThan(5);
    const known = new Set(listed('docs/operations.md'));
    expect(settings.filter((name) => !known.has(name))).toEqual([]);
  });
});
