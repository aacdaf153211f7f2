import { parseCib } from '@holdfast/model';
import { describe, expect, it } from 'vitest';
import {
  computeTransition,
  formatAllActionsDot,
  formatDot,
  formatModification,
  formatReport,
  formatReportXml,
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

const PLAIN = { run: true, simulate: true, quiet: false, scores: false, modifications: [] };

describe('a simulation', () => {
  const simulation = simulate(cluster, engine);

  it('probes, starts and monitors a resource on its preferred node', () => {
    const text = formatReport(
      simulation,
      {},
      { run: true, simulate: true, quiet: false, scores: false, modifications: [] },
    );
    expect(text).toContain('* Start      web     (    n1 )');
    expect(text).toContain('* Resource action: web             monitor=10000 on n1');
    expect(text.slice(text.indexOf('Revised'))).toContain('* web\t(ocf:pacemaker:Dummy):\t Started n1');
    expect(text.startsWith('Using the original execution date of: 2023-11-14 22:13:20Z\n')).toBe(true);
  });

  it('has nothing left to decide afterwards', () => {
    const again = simulate(simulation.playback.information, engine);
    expect(again.result.decisions).toEqual([]);
  });

  it('moves the resource when its node goes down', () => {
    const { information, modifications, errors } = injectEvents(
      simulation.playback.information,
      { nodesDown: ['n1'] },
      1,
    );
    expect([modifications.map(formatModification), errors]).toEqual([['Taking node n1 offline'], []]);
    const after = simulate(information, engine);
    expect(after.result.decisions).toMatchObject([{ verb: 'Start', subject: 'web', toNode: 'n2' }]);
  });

  it('ends at an operation that is made to fail, and the failure counts', () => {
    const failure = { resource: 'web', task: 'start', intervalMs: 0, node: 'n1', rcCode: 1 };
    const failing = simulate(cluster, engine, { failures: [failure] });
    expect(failing.playback.outcome).toBe('failed');
    expect(failing.playback.lines.at(-1)).toBe('Resource action: web             start on n1');
    expect(failing.revised.resources[0]?.failed).toBe(true);
    const text = formatReport(failing, {}, { ...PLAIN, failCounts: true });
    expect(text).toMatch(
      /Pretending action \d+ failed with rc=1\n {2}\* Injecting attribute fail-count-web#start_0=value\+\+/,
    );
    expect(text).toContain(
      "      * web: migration-threshold=1000000 fail-count=1 last-failure='Tue Nov 14 22:13:20 2023'",
    );
    expect(text).toContain(
      "* web_start_0 on n1 'error' (1): call=2, status='complete', exitreason='User-injected result'",
    );
  });

  it('prints scores without layout unless it is asked for, and utilization among them', () => {
    const plain = formatReport(simulation, {}, { ...PLAIN, scores: true, utilization: true });
    expect(plain).toContain(
      '\n[ n1 n2 ]\n\nweb\t(ocf:pacemaker:Dummy):\t Stopped\n\nOriginal: n1 capacity:\n',
    );
    expect(plain).toContain('pcmk__primitive_assign: web allocation score on n1: 100\n');
    expect(plain).toContain('pcmk__finalize_assignment: web utilization on n1:\n');
    const fancy = formatReport(simulation, {}, { ...PLAIN, scores: true, fancy: true });
    expect(fancy).toContain(
      'Assignment Scores:\n  * pcmk__primitive_assign: web allocation score on n1: 100\n',
    );
  });

  it('can be told as XML in the reference schema', () => {
    const xml = formatReportXml(simulation, { ...PLAIN, scores: true }, 'crm_simulate -S -s');
    expect(xml).toContain('<pacemaker-result api-version="2.25" request="crm_simulate -S -s">');
    expect(xml).toContain('<node_weight function="pcmk__primitive_assign" node="n1" score="100" id="web"/>');
    expect(xml).toContain('<rsc_action action="start" resource="web" node="n1"/>');
    expect(xml).toContain('<rsc_action resource="web" op="monitor" node="n1" interval="10000"/>');
    expect(xml.trimEnd().endsWith('<status code="0" message="OK"/>\n</pacemaker-result>')).toBe(true);
  });

  it('can be drawn with what is not needed', () => {
    const again = simulate(simulation.playback.information, engine);
    expect(formatDot(again.result.graph)).not.toContain('web_start_0');
    expect(formatAllActionsDot(again.result.graph, again.result.state)).toContain(
      '"web_start_0 n1" [ style=dashed color="blue" fontcolor="black"]',
    );
  });

  it('recovers from an injected failure', () => {
    const events = { operations: ['web_monitor_10000@n1=7', 'nonsense'] };
    const { information, errors } = injectEvents(simulation.playback.information, events, 1_700_000_100);
    expect(errors).toEqual(['Invalid operation spec: nonsense.  Only found 1 fields']);
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
