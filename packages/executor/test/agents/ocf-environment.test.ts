import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { baseEnvironment, ocfEnvironment } from '../../src/agents/ocf-environment.ts';
import { OPERATION_MARK } from '../../src/spawner/spawn-protocol.ts';

const RUN = {
  runId: 1,
  class: 'ocf',
  provider: 'p',
  type: 't',
  resource: 'r',
  operation: 'monitor',
  intervalMs: 0,
  timeoutMs: 1000,
  attributes: { OCF_CHECK_LEVEL: '10', trace_ra: '1', trace_file: '/x' },
};

test('the guide names every variable that agents get', () => {
  const guide = readFileSync(new URL('../../../../docs/agents.md', import.meta.url), 'utf8');
  const base = baseEnvironment({ ocfRoot: '/o', runFolder: '/r', commandFolder: '/c' }, {});
  const names = [...Object.keys(base), ...Object.keys(ocfEnvironment(RUN)), OPERATION_MARK];
  const general = names.filter((name) => !/^OCF_RESKEY_(CRM_meta_|trace_)/.test(name));
  expect(general.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
});

test('the cluster commands come first in the path, the system folders are always in it, none twice', () => {
  const host = { ocfRoot: '/o', runFolder: '/r', commandFolder: '/c' };
  expect(baseEnvironment(host, { PATH: '/own:/usr/bin' }).PATH).toBe(
    '/c:/own:/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin',
  );
  expect(baseEnvironment({ ...host, more: { LC_ALL: 'x' } }, {}).LC_ALL).toBe('x');
});

test.each([
  ['3.0.14', '3.20.5'],
  ['3.19.7', '3.20.5'],
  ['3.20.1', '3.20.1'],
  ['4.0', '4.0'],
])('feature set %s is shown to agents as %s', (given, shown) => {
  const env = ocfEnvironment({ ...RUN, attributes: { crm_feature_set: given } });
  expect(env.OCF_RESKEY_crm_feature_set).toBe(shown);
});
