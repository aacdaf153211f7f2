import { expect, test } from 'vitest';
import { parseCib, validateConfiguration } from '../src/index.ts';

/** Errors of a configuration with one option of the cluster, and with these resources. */
function errors(resources: string, option = ''): string[] {
  const { configuration } = parseCib(`<cib validate-with="pacemaker-3.9"><configuration>
    <crm_config><cluster_property_set id="o">${option}</cluster_property_set></crm_config><nodes/>
    <resources>${resources}</resources><constraints/></configuration></cib>`);
  return validateConfiguration(configuration).errors.map(({ problem }) => problem);
}

const option = (name: string, value: string): string => `<nvpair id="p" name="${name}" value="${value}"/>`;
const primitive = (inner = ''): string =>
  `<primitive id="a" class="ocf" provider="acme" type="web">${inner}</primitive>`;

test('an empty value is none for an option of the cluster, and not set for a meta attribute', () => {
  expect(errors('', option('placement-strategy', ''))).toHaveLength(1);
  expect(errors('', option('stop-all-resources', ''))).toHaveLength(1);
  expect(errors('', option('cluster-name', ''))).toEqual([]);
  expect(
    errors(primitive('<meta_attributes id="m"><nvpair id="n" name="priority" value=""/></meta_attributes>')),
  ).toEqual([]);
});

test('times that somebody waits for cannot be negative; where below 0 has a meaning they can', () => {
  expect(errors('', option('fencing-timeout', '-1'))).toHaveLength(1);
  expect(errors('', option('shutdown-lock-limit', '-1'))).toHaveLength(1);
  expect(errors('', option('fencing-watchdog-timeout', '-1'))).toEqual([]);
});

test('two recurring operations of a name and an interval are an error, whatever their roles', () => {
  const monitors = (interval: string): string => `<operations>
    <op id="m1" name="monitor" interval="10s" role="Promoted"/>
    <op id="m2" name="monitor" interval="${interval}" role="Unpromoted"/></operations>`;
  expect(errors(primitive(monitors('10')))).toEqual(['a: two operations monitor have the same interval']);
  expect(errors(primitive(monitors('11')))).toEqual([]);
});

test('what runs in a bundle must be reached', () => {
  const bundle = (container: string, network: string, inner = primitive()): string =>
    `<bundle id="b"><podman image="i" ${container}/><network ${network}/>${inner}</bundle>`;
  expect(errors(bundle('', ''))).toEqual([
    'the bundle b needs ip-range-start or control-port, as a resource runs in it',
  ]);
  expect(errors(bundle('replicas-per-host="2"', 'control-port="3121"'))).toEqual([
    'the bundle b needs ip-range-start, as it has more than one replica per host',
  ]);
  expect(errors(bundle('', 'control-port="3121"'))).toEqual([]);
  expect(errors(bundle('replicas-per-host="2"', 'ip-range-start="10.0.0.1"'))).toEqual([]);
  expect(errors(bundle('', '', ''))).toEqual([]);
});

test('a pattern that cannot be understood is an error', () => {
  const { configuration } = parseCib(`<cib><configuration><crm_config/><nodes/><resources/><constraints>
    <rsc_location id="l" rsc-pattern="(a" node="n1" score="1"/></constraints></configuration></cib>`);
  const { errors: found } = validateConfiguration(configuration);
  expect(found.map(({ problem }) => problem)).toEqual([expect.stringContaining('is no regular expression')]);
});

test('the old word for fencing with off is understood under both names of the option', () => {
  expect(errors('', option('fencing-action', 'poweroff'))).toEqual([]);
  expect(errors('', option('stonith-action', 'poweroff'))).toEqual([]);
  expect(errors('', option('fencing-action', 'on'))).toHaveLength(1);
});
