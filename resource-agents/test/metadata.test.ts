import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAgentMetadata } from '@holdfast/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
describe.skipIf(skipTester)("Debian's ocf-tester", () => {
  test.each<[string, Record<string, string>]>([
    ['vip', { ip: '127.0.0.77', nic: 'lo' }],
    ['filesystem', { device: 'tmpfs', fstype: 'tmpfs', directory: `${agents.folder}/mount` }],
    ['service', { command: 'exec sleep 100' }],
    ['data-directory', { directory: `${agents.folder}/data` }],
    ['endpoint', { listen: '127.0.0.1:7999', target: '127.0.0.1:7998' }],
  ])(
    'passes %s',
    (name, parameters) => {
      const options = Object.entries(parameters).map(([key, value]) => `-o ${key}='${value}'`);
      const launcher = join(agents.folder, 'dist/ocf/holdfast', name);
      const tester = `ip link set lo up; exec ocf-tester -n tester ${options.join(' ')} ${launcher}`;
      const result = spawnSync('unshare', ['--net', '/bin/sh', '-c', tester], {
        encoding: 'utf8',
        env: {
          ...process.env,
          OCF_ROOT: '/usr/lib/ocf',
          HA_RSCTMP: `${agents.folder}/run`,
          HOLDFAST_NODE_BINARY: process.execPath,
        },
      });
      expect(result.stdout.split('\n').filter((line) => line.startsWith('* rc='))).toEqual([]);
      expect(result.stdout).toContain('passed all tests');
    },
    60_000,
  );
});
