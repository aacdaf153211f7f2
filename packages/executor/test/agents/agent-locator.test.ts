import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AgentLocator } from '../../src/index.ts';

test('agents are found in order of the folders; hidden, plain and foreign files are not agents', () => {
  const root = mkdtempSync(join(tmpdir(), 'locator-'));
  const file = (path: string, mode: number) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), '', { mode });
  };
  file('own/holdfast/vip', 0o755);
  file('own/heartbeat/Dummy', 0o755);
  file('ocf/resource.d/heartbeat/Dummy', 0o755);
  file('ocf/resource.d/heartbeat/Other', 0o755);
  file('ocf/resource.d/heartbeat/.hidden', 0o755);
  file('ocf/resource.d/heartbeat/README', 0o644);
  file('init.d/cron', 0o755);
  mkdirSync(join(root, 'ocf/resource.d/heartbeat/folder'));
  const locator = new AgentLocator({
    ocfRoot: join(root, 'ocf'),
    ocfFolders: [join(root, 'own'), join(root, 'missing')],
    lsbFolder: join(root, 'init.d'),
  });
  expect(locator.listOcf()).toEqual(['heartbeat:Dummy', 'heartbeat:Other', 'holdfast:vip']);
  expect(locator.ocf('heartbeat', 'Dummy')).toBe(join(root, 'own/heartbeat/Dummy'));
  expect(locator.ocf('heartbeat', 'Other')).toBe(join(root, 'ocf/resource.d/heartbeat/Other'));
  for (const type of ['README', 'folder', '.hidden', '../heartbeat/Other', 'x/y', '']) {
    expect(locator.ocf('heartbeat', type), type).toBeUndefined();
  }
  expect(locator.ocf('..', 'Dummy')).toBeUndefined();
  expect(locator.lsb('cron')).toBe(join(root, 'init.d/cron'));
  expect(locator.lsb('../own/holdfast/vip')).toBeUndefined();
  rmSync(root, { recursive: true, force: true });
});
