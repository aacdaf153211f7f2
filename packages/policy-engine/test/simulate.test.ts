import { parseCib } from '@holdfast/model';
import { describe, expect, it } from 'vitest';
import {
  computeTransition,
  formatDot,
  formatReport,
  formatSvg,
  injectEvents,
  parseOperationSpec,
  simulate,
  simulationToJson,
  unpackCluster,
} from '../src/index.ts';

const engine = { computeTransition, unpackCluster };

const state = (id: string) =>
  `<node_state id="${id}" uname="${id}" in_ccm="true" crmd="online" join="member" expected="member"/>`;

const cluster =
  parseCib(`<cib validate-with="pacemaker-4.0" have-quorum="1" dc-uuid="n1" execution-date="1700000000">
  <configuration>
    <crm_config><cluster_property_set id="o"><nvpair id="o-f" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
    <nodes><node id="n1" uname="n1"/><node id="n2" uname="n2"/></nodes>
    <resources><primitive id="web" class="ocf" provider="pacemaker" type="Dummy">
      <operations><op id="m" name="monitor" interval="10s"/></operations></primitive></resources>
    <constraints><rsc_location id="l" rsc="web" node="n1" score="100"/></constraints>
  </configuration>
  <status>${state('n1')}${state('n2')}</status></cib>`);

describe('a simulation', () => {
  const simulation = simulate(cluster, engine);

  it('probes, starts and monitors a resource on its preferred node', () => {
    const text = formatReport(
      simulation,
      {},
      { run: true, simulate: true, quiet: false, scores: false, modifications: [] },
    );
    expect(text).toContain('* Start      web     ( n1 )');
    expect(text).toContain('* Resource action: web             monitor=10000 on n1');
    expect(text.slice(text.indexOf('Revised'))).toContain('* web\t(ocf:pacemaker:Dummy):\t Started n1');
    expect(text.startsWith('Using the original execution date of: 2023-11-14 22:13:20Z\n')).toBe(true);
  });

  it('has nothing left to decide afterwards', () => {
    const again = simulate(simulation.playback.information, engine);
    expect(again.result.decisions).toEqual([]);
  });

  it('moves the resource when its node goes down', () => {
    const { information, lines, errors } = injectEvents(
      simulation.playback.information,
      { nodesDown: ['n1'] },
      1,
    );
    expect([lines, errors]).toEqual([['Taking node n1 offline'], []]);
    const after = simulate(information, engine);
    expect(after.result.decisions).toMatchObject([{ verb: 'Start', subject: 'web', toNode: 'n2' }]);
  });

  it('stops at an operation that is made to fail', () => {
    const failing = simulate(cluster, engine, { failures: [{ key: 'web_start_0', node: 'n1', rcCode: 1 }] });
    expect(failing.playback.outcome).toBe('failed');
    expect(failing.revised.resources[0]?.failed).toBe(true);
  });

  it('recovers from an injected failure', () => {
    const events = { operations: ['web_monitor_10000@n1=7', 'nonsense'] };
    const { information, errors } = injectEvents(simulation.playback.information, events, 1_700_000_100);
    expect(errors).toEqual(['Invalid operation spec: nonsense']);
    const decisions = simulate(information, engine).result.decisions;
    expect(decisions).toMatchObject([{ verb: 'Recover', subject: 'web' }]);
  });

  it('can be drawn and told as data, the same each time', () => {
    const { graph } = simulation.result;
    expect(formatSvg(graph)).toContain('web_start_0 on n1');
    expect(formatDot(graph)).toContain('"web_start_0 n1"');
    expect(JSON.stringify(simulationToJson(simulate(cluster, engine)))).toBe(
      JSON.stringify(simulationToJson(simulation)),
    );
  });
});

describe('an operation spec', () => {
  it('allows underscores in the resource', () => {
    expect(parseOperationSpec('my_web:0_migrate_to_0@a.b=1')).toEqual({
      resource: 'my_web:0',
      task: 'migrate_to',
      intervalMs: 0,
      node: 'a.b',
      rcCode: 1,
    });
  });
});
