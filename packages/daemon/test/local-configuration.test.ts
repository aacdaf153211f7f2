import { describe, expect, test } from 'vitest';
import { parseLocalConfiguration, SETTINGS } from '../src/configuration/local-configuration.ts';

const parse = (value: unknown) =>
  parseLocalConfiguration(JSON.stringify(value), '/etc/holdfast/holdfast.json');

describe('local configuration', () => {
  test('needs a name and a link; everything else has a default', () => {
    expect(parse({ name: 'alpha', links: ['10.0.0.1'] })).toMatchObject({
      name: 'alpha',
      stateDir: '/var/lib/holdfast',
      socket: '/run/holdfast/holdfast.sock',
      links: [{ listen: '10.0.0.1:7420', advertise: '10.0.0.1:7420' }],
      ocfRoot: '/usr/lib/ocf',
      heartbeatIntervalMs: 200,
      detectionTimeoutMs: 1000,
      development: { control: false, marker: null },
    });
  });

  test('takes two links with their own ports and IPv6 addresses', () => {
    const links = [{ listen: '10.0.0.1:99', advertise: 'alpha.example:99' }, 'fd00::1'];
    expect(parse({ name: 'a', links }).links).toEqual([
      { listen: '10.0.0.1:99', advertise: 'alpha.example:99' },
      { listen: '[fd00::1]:7420', advertise: '[fd00::1]:7420' },
    ]);
  });

  test.each([
    ['not JSON', '{', /is not JSON/],
    ['a list', '[]', /is not an object/],
    [
      'an unknown setting',
      '{"name":"a","links":["1.1.1.1"],"lnks":1}',
      /unknown setting "lnks" \(known: name/,
    ],
    ['no name', '{"links":["1.1.1.1"]}', /"name" must be text/],
    ['a name with a slash', '{"name":"a/b","links":["1.1.1.1"]}', /"name" must have/],
    ['no links', '{"name":"a"}', /"links" must be a list/],
    ['a host name to listen on', '{"name":"a","links":["alpha"]}', /must name an IP address/],
    ['a relative state directory', '{"name":"a","links":["1.1.1.1"],"stateDir":"x"}', /absolute path/],
    ['a wrong log level', '{"name":"a","links":["1.1.1.1"],"logLevel":"loud"}', /one of debug, info/],
    [
      'a detection timeout of two heartbeats',
      '{"name":"a","links":["1.1.1.1"],"heartbeatIntervalMs":500,"detectionTimeoutMs":1000}',
      /at least 3 times/,
    ],
    [
      'a socket path the system cannot take',
      `{"name":"a","links":["1.1.1.1"],"socket":"/${'x'.repeat(110)}"}`,
      /longer than 107 bytes/,
    ],
  ])('refuses %s and names the setting', (_, text, message) => {
    expect(() => parseLocalConfiguration(text, '/f')).toThrow(message);
    expect(() => parseLocalConfiguration(text, '/f')).toThrow(/\/f/);
  });
});

test('the operations guide names every setting', async () => {
  const { readFileSync } = await import('node:fs');
  const guide = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  const listed = [...guide.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]).sort();
  expect(listed).toEqual([...SETTINGS].sort());
});
