import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { giveUpMemoryProtection } from '../../src/spawner/memory-protection.ts';

const folder = mkdtempSync(join(tmpdir(), 'oom-score-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['-900\n', '0'],
  ['0\n', '0\n'],
  ['300\n', '300\n'],
])('a score of %j becomes %j', (before, after) => {
  const file = join(folder, 'score');
  writeFileSync(file, before);
  expect(giveUpMemoryProtection(file)).toBeUndefined();
  expect(readFileSync(file, 'utf8')).toBe(after);
});

test('where there is no such thing it says so and goes on', () => {
  expect(giveUpMemoryProtection(join(folder, 'missing'))).toContain('out-of-memory');
});
