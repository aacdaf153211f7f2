import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  createIdentity,
  identityFromText,
  identityToText,
  loadIdentity,
  loadOrCreateIdentity,
} from '../src/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-identity-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('an identity', () => {
  test('is stored for the owner only and read back the same', async () => {
    const path = join(directory, 'identity');
    const made = await loadOrCreateIdentity(path);
    expect(made.peerId).toMatch(/^12D3KooW/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await loadOrCreateIdentity(path)).peerId).toBe(made.peerId);
    chmodSync(path, 0o644);
    expect((await loadIdentity(path)).peerId).toBe(made.peerId);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(identityFromText(identityToText(made)).peerId).toBe(made.peerId);
    expect(readdirSync(directory)).toEqual(['identity']);
  });

  test('is never replaced, and a damaged one is an error', async () => {
    const path = join(directory, 'other');
    await createIdentity(path);
    await expect(createIdentity(path)).rejects.toMatchObject({ code: 'EEXIST' });
    writeFileSync(path, 'not a key');
    await expect(loadOrCreateIdentity(path)).rejects.toThrow();
  });
});
