import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { missingAgents } from '../../src/index.ts';

const root = mkdtempSync(join(tmpdir(), 'holdfast-agents-'));

function file(path: string, mode: number): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), '#!/bin/sh\n', { mode });
}

test('agents of every class are looked for where the host has them', () => {
  file('ocf/resource.d/acme/web', 0o755);
  file('ocf/resource.d/acme/notes', 0o644);
  file('init.d/old', 0o755);
  file('fence/fence_acme', 0o755);
  file('units/nginx.service', 0o644);
  file('units/pg@.service', 0o644);
  file('units/data.mount', 0o644);
  const folders = {
    ocfRoot: join(root, 'ocf'),
    lsbFolder: join(root, 'init.d'),
    fenceFolders: [join(root, 'fence')],
    unitFolders: [join(root, 'units')],
  };
  const installed = [
    'ocf:acme:web',
    'ocf:pacemaker:remote',
    'lsb:old',
    'service:old',
    'service:nginx',
    'systemd:nginx',
    'systemd:nginx.service',
    'systemd:pg@main',
    'systemd:data.mount',
    'stonith:fence_acme',
    'nagios:check_unknown',
  ];
  const missing = [
    'ocf:acme:wbe',
    'ocf:acme:notes',
    'ocf:../acme:web',
    'lsb:new',
    'service:apache',
    'systemd:ngin',
    'systemd:../units/nginx',
    'stonith:fence_acne',
  ];
  expect(missingAgents([...installed, ...missing], folders)).toEqual(missing);
});
