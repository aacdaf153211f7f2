import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAgentMetadata } from '@holdfast/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BuiltAgents, isMissing, isRoot } from './built-agents.ts';

const agents = new BuiltAgents();
beforeAll(() => agents.start());
afterAll(() => agents.stop());

const NAMES = ['data-directory', 'database', 'endpoint', 'filesystem', 'service', 'vip'];

test('every agent has a launcher, meta-data that can be read, and a README', async () => {
  expect(readdirSync(join(agents.folder, 'dist/ocf/holdfast')).sort()).toEqual(NAMES);
  for (const name of NAMES) {
    const { output = '' } = await agents.run(name, 'meta-data', {});
    const parsed = parseAgentMetadata(output);
    expect(parsed, name).toMatchObject({ ok: true, metadata: { name } });
    if (!parsed.ok) continue;
    const actions = parsed.metadata.actions.map((action) => action.name);
    expect(actions).toEqual(
      expect.arrayContaining(['start', 'stop', 'monitor', 'validate-all', 'meta-data']),
    );
    const readme = readFileSync(new URL(`../${name}/README.md`, import.meta.url), 'utf8');
    for (const parameter of parsed.metadata.parameters)
      expect(readme, name).toContain(`\`${parameter.name}\``);
  }
});

test('a missing parameter is a wrong configuration, and says which', async () => {
  const result = await agents.run('vip', 'start', {});
  expect(result).toMatchObject({ rcCode: 6, exitReason: 'parameter ip is required' });
});

const skipTester = isMissing(
  { root: isRoot, 'ocf-tester': existsSync('/usr/sbin/ocf-tester') },
  'the run of ocf-tester',
);
test.skipIf(skipTester)(
  'ocf-tester has no complaint but about attributes that are newer than its DTD',
  () => {
    const launcher = join(agents.folder, 'dist/ocf/holdfast/data-directory');
    const result = spawnSync(
      'ocf-tester',
      ['-n', 'tester', '-o', `directory=${agents.folder}/data`, launcher],
      {
        encoding: 'utf8',
        env: { ...process.env, OCF_ROOT: '/usr/lib/ocf', HOLDFAST_NODE_BINARY: process.execPath },
      },
    );
    const complaints = result.stdout.split('\n').filter((line) => line.startsWith('* rc='));
    expect(complaints.filter((line) => !/meta-data/.test(line))).toEqual([]);
  },
  60_000,
);
