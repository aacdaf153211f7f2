import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareRunFolder } from '../../src/agents/run-folder.ts';

test("agents' state outlives the daemon, but not the boot of the host", async () => {
  const root = mkdtempSync(join(tmpdir(), 'run-folder-'));
  const folder = join(root, 'agents');
  const bootId = join(root, 'boot_id');
  const state = join(folder, 'Dummy-a.state');
  writeFileSync(bootId, 'first\n');
  await prepareRunFolder(folder, bootId);
  writeFileSync(state, '');
  await prepareRunFolder(folder, bootId);
  expect(existsSync(state)).toBe(true);
  writeFileSync(bootId, 'second\n');
  await prepareRunFolder(folder, bootId);
  expect(readdirSync(folder)).toEqual(['.boot-id']);
  rmSync(root, { recursive: true, force: true });
});

test('a folder that others used before is not emptied', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'run-folder-'));
  writeFileSync(join(folder, 'theirs'), '');
  await prepareRunFolder(folder);
  expect(existsSync(join(folder, 'theirs'))).toBe(true);
  await prepareRunFolder(folder, '/no/boot/id');
  rmSync(folder, { recursive: true, force: true });
});
