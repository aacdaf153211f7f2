import { parseCib } from '@holdfast/model';
import { describe, expect, it } from 'vitest';
import * as policy from '../src/index.ts';

const primitive = (id: string, inner = ''): string =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${inner}</primitive>`;

function cib(resources: string, constraints: string, status = ''): string {
  const node = (id: number): string =>
    `<node_state id="${id}" uname="n${id}" in_ccm="true" crmd="online" join="member" expected="member">${status}</node_state>`;
  return `<cib validate-with="pacemaker-3.9" have-quorum="1" dc-uuid="1" execution-date="1700000000"><configuration>
    <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
    <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
    <resources>${resources}</resources><constraints>${constraints}</constraints></configuration>
    <status>${node(1)}${node(2)}</status></cib>`;
}

function compute(text: string): policy.PolicyResult {
  const result = policy.computeTransition(parseCib(text));
  // Nothing may be undefined behaviour: the texts can be made, too.
  expect(policy.simulateDocument(text, policy).summary).toContain('Revised Cluster Status');
  return result;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_unused, index) => index);

describe('references to nothing', () => {
  it('make a constraint void, with a warning that names it', () => {
    const result = compute(
      cib(
        primitive('a'),
        `<rsc_location id="l" rsc="gone" node="n1" score="1"/><rsc_location id="l2" rsc="a" node="gone" score="1"/>
         <rsc_colocation id="c" rsc="a" with-rsc="gone" score="INFINITY"/>
         <rsc_order id="o1" first="gone" then="a"/><rsc_ticket id="t" rsc="gone" ticket="T"/>`,
      ),
    );
    expect(result.decisions).toMatchObject([{ verb: 'Start', subject: 'a' }]);
    expect(result.warnings.join('\n')).toMatch(/'c' because 'gone'/);
    expect(result.warnings.join('\n')).toMatch(/'o1' because 'gone'/);
  });

  it('in templates, blocks, rules, sets and operations stop nothing else', () => {
    const result = compute(
      cib(
        `<primitive id="t" template="gone"><meta_attributes id-ref="gone"/></primitive>
         ${primitive('a', '<instance_attributes id="i"><rule id-ref="gone"/><nvpair id="p" id-ref="gone"/></instance_attributes><operations><op id-ref="gone"/></operations>')}`,
        '<rsc_colocation id="c" score="1"><resource_set id-ref="gone"/></rsc_colocation>',
      ),
    );
    expect(result.decisions.some(({ subject }) => subject === 'a')).toBe(true);
  });
});

describe('constraints in a loop', () => {
  it('of orders come to an end', () => {
    const ring = numbers(200);
    const orders = ring.map((i) => `<rsc_order id="o${i}" first="r${i}" then="r${(i + 1) % 200}"/>`);
    const started = performance.now();
    const result = compute(cib(ring.map((i) => primitive(`r${i}`)).join(''), orders.join('')));
    expect(result.decisions.length).toBe(200);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('of colocations place everything together', () => {
    const ring = numbers(60);
    const together = ring.map(
      (i) => `<rsc_colocation id="c${i}" rsc="r${i}" with-rsc="r${(i + 1) % 60}" score="INFINITY"/>`,
    );
    const result = compute(cib(ring.map((i) => primitive(`r${i}`)).join(''), together.join('')));
    expect(new Set(result.decisions.map(({ toNode, fromNode }) => toNode ?? fromNode)).size).toBe(1);
  });

  it('of which every two contradict each other end, too', () => {
    const result = compute(
      cib(
        primitive('a') + primitive('b'),
        `<rsc_colocation id="c1" rsc="a" with-rsc="b" score="INFINITY"/>
         <rsc_colocation id="c2" rsc="b" with-rsc="a" score="-INFINITY"/>
         <rsc_order id="o1" first="a" then="b"/><rsc_order id="o2" first="b" then="a"/>`,
      ),
    );
    expect(result.decisions.length).toBeGreaterThan(0);
  });
});

describe('chains', () => {
  it('of two thousand orders do not exhaust the stack', { timeout: 60_000 }, () => {
    const chain = numbers(2000);
    const orders = chain.slice(1).map((i) => `<rsc_order id="o${i}" first="r${i - 1}" then="r${i}"/>`);
    const result = compute(cib(chain.map((i) => primitive(`r${i}`)).join(''), orders.join('')));
    expect(result.decisions.length).toBe(2000);
  });

  it('of orders with probes take time in proportion to their length', () => {
    const chain = numbers(7000);
    const orders = chain.slice(1).map((i) => `<rsc_order id="o${i}" first="r${i - 1}" then="r${i}"/>`);
    const text = cib(chain.map((i) => primitive(`r${i}`)).join(''), orders.join(''));
    const { decisions, graph } = policy.computeTransition(parseCib(text), { scores: false });
    expect(decisions.length).toBe(7000);
    // Each is probed on both nodes and started; a start waits for the one before and for the probes of its own.
    expect(graph.synapses.length).toBe(21_000);
    expect(graph.synapses.reduce((sum, { inputs }) => sum + inputs.length, 0)).toBe(20_999);
  });

  it('of orders up to something active, which waits for all their probes, have a bound', {
    timeout: 60_000,
  }, () => {
    const chain = numbers(1500);
    const orders = chain.slice(1).map((i) => `<rsc_order id="o${i}" first="r${i - 1}" then="r${i}"/>`);
    const history = `<lrm id="1"><lrm_resources><lrm_resource id="r1499" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op
      id="r1499_last_0" operation_key="r1499_start_0" operation="start" call-id="1" rc-code="0" op-status="0" interval="0"
      transition-key="1:1:0:x"/></lrm_resource></lrm_resources></lrm>`;
    const text = cib(chain.map((i) => primitive(`r${i}`)).join(''), orders.join(''));
    const input = parseCib(text.replace('</node_state>', `${history}$&`));
    const { graph, decisions, warnings } = policy.computeTransition(input, { scores: false });
    expect(warnings).toEqual([expect.stringContaining('Too many possible restarts depend on probes')]);
    expect(decisions.map(({ verb }) => verb)).toEqual([...Array(1499).fill('Start'), 'Move']);
    const stop = graph.synapses.find(({ action }) => action.operationKey === 'r1499_stop_0');
    expect(stop?.inputs.length).toBeGreaterThan(500);
  });

  it('of colocations with something that cannot start do not exhaust the stack', () => {
    const chain = numbers(7000);
    const stopped =
      '<meta_attributes id="m"><nvpair id="m-1" name="target-role" value="Stopped"/></meta_attributes>';
    const together = chain
      .slice(1)
      .map((i) => `<rsc_colocation id="c${i}" rsc="r${i}" with-rsc="r${i - 1}" score="INFINITY"/>`);
    const resources = primitive('x', stopped) + chain.map((i) => primitive(`r${i}`)).join('');
    const text = cib(resources, `<rsc_order id="o" first="x" then="r0"/>${together.join('')}`);
    const { decisions, graph } = policy.computeTransition(parseCib(text), { scores: false });
    expect(decisions.length).toBe(7000);
    expect(decisions.find(({ subject }) => subject === 'r6999')).toMatchObject({
      verb: 'Start',
      blocked: true,
      reason: 'colocation with r6998',
    });
    expect(graph.synapses.filter(({ action }) => action.operation === 'start')).toEqual([]);
  });

  it('of three thousand colocations do not exhaust the stack, in a ring neither', { timeout: 60_000 }, () => {
    const chain = numbers(3000);
    const colocation = (i: number, other: number): string =>
      `<rsc_colocation id="c${i}" rsc="r${i}" with-rsc="r${other}" score="INFINITY"/>`;
    const resources = chain.map((i) => primitive(`r${i}`)).join('');
    const together = chain.slice(1).map((i) => colocation(i - 1, i));
    for (const more of ['', colocation(2999, 0)]) {
      const text = cib(resources, together.join('') + more);
      const { decisions } = policy.computeTransition(parseCib(text), { scores: false });
      expect(decisions.length).toBe(3000);
      expect(new Set(decisions.map(({ fromNode, toNode }) => toNode ?? fromNode)).size).toBe(1);
    }
  });

  it('of colocations with capacities have a bound', { timeout: 60_000 }, () => {
    const chain = numbers(1800);
    const need = '<utilization id="u"><nvpair id="u-1" name="cpu" value="1"/></utilization>';
    const together = chain
      .slice(1)
      .map((i) => `<rsc_colocation id="c${i}" rsc="r${i}" with-rsc="r${i - 1}" score="INFINITY"/>`);
    const text = cib(chain.map((i) => primitive(`r${i}`, need)).join(''), together.join(''))
      .replace(
        '</cluster_property_set>',
        '<nvpair id="o-2" name="placement-strategy" value="utilization"/>$&',
      )
      .replace(
        'uname="n2"/>',
        'uname="n2"><utilization id="v"><nvpair id="v-1" name="cpu" value="1800"/></utilization></node>',
      );
    const { decisions, warnings } = policy.computeTransition(parseCib(text), { scores: false });
    expect(warnings).toEqual([expect.stringContaining('More than 1000 resources must be on one node')]);
    expect(decisions.filter(({ toNode }) => toNode === 'n2').length).toBe(1800);
  });

  it('that branch and join again have a bound', { timeout: 60_000 }, () => {
    const layers = numbers(25);
    const between = layers
      .slice(1)
      .flatMap((layer) =>
        [0, 1, 2, 3].map(
          (i) =>
            `<rsc_colocation id="c${layer}-${i}" rsc="r${layer}-${i >> 1}" with-rsc="r${layer - 1}-${i & 1}" score="100"/>`,
        ),
      );
    const resources = layers.flatMap((layer) => [primitive(`r${layer}-0`), primitive(`r${layer}-1`)]);
    const started = performance.now();
    const result = compute(cib(resources.join(''), between.join('')));
    expect(result.decisions.length).toBe(50);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe('numbers without measure', () => {
  const meta = (values: Record<string, string>): string =>
    `<meta_attributes id="m">${Object.entries(values)
      .map(([name, value]) => `<nvpair id="m-${name}" name="${name}" value="${value}"/>`)
      .join('')}</meta_attributes>`;

  it('of instances of a clone are cut down, with a warning', { timeout: 60_000 }, () => {
    const clone = `<clone id="c">${meta({ 'clone-max': '1000000000', 'globally-unique': 'false' })}${primitive('a')}</clone>`;
    const { warnings, decisions } = compute(cib(clone + primitive('b'), ''));
    expect(warnings.join('\n')).toMatch(/c: of 1000000000 instances only 1000 are considered/);
    expect(decisions.filter(({ subject }) => subject.startsWith('a:')).length).toBe(2);
    expect(decisions.some(({ subject }) => subject === 'b')).toBe(true);
  });

  it('of surplus instances that are active are stopped, however many', () => {
    const active = (i: number): string =>
      `<lrm_resource id="a:${i}" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op id="a:${i}_last_0" operation_key="a:${i}_start_0"
        operation="start" call-id="${i + 1}" rc-code="0" op-status="0" interval="0" transition-key="1:1:0:x"/></lrm_resource>`;
    const history = `<lrm id="1"><lrm_resources>${numbers(1000).map(active).join('')}</lrm_resources></lrm>`;
    const text = cib(`<clone id="c">${primitive('a')}</clone>`, '', history);
    const { graph, decisions } = policy.computeTransition(parseCib(text), { scores: false });
    const verbs = (verb: string): number => decisions.filter((each) => each.verb === verb).length;
    // One on each node stays; it is restarted, since its history does not tell with which parameters it runs.
    expect([verbs('Stop'), verbs('Restart')]).toEqual([1998, 2]);
    const doing = (task: string) =>
      graph.synapses.filter(({ action }) => action.operationKey?.endsWith(task));
    expect([doing('_stop_0').length, doing('_start_0').length]).toEqual([2001, 3]);
  });

  it('of replicas of bundles are cut down, with a warning', { timeout: 60_000 }, () => {
    const bundle = (id: string): string =>
      `<bundle id="${id}"><docker image="x" replicas="1000000000"/><network control-port="9999"/>${primitive(`${id}-app`)}</bundle>`;
    const text = cib(bundle('one') + bundle('two'), '');
    const { warnings, state } = policy.computeTransition(parseCib(text), { scores: false });
    expect(warnings.join('\n')).toMatch(/one: of 1000000000 replicas only 100 are considered/);
    expect(state.nodes.length).toBeLessThan(300);
  });

  it('in durations and dates mean nothing or the end of time', () => {
    const operations = `<operations><op id="o1" name="monitor" interval="P99999999999999999999Y1M"/>
      <op id="o2" name="start" interval="0" timeout="P999999999Y11M"/><op id="o3" name="stop" interval="0" timeout="1e99"/></operations>`;
    const rule = `<rsc_location id="l" rsc="a"><rule id="r" score="5"><date_expression id="d" operation="in_range" start="9999-12-31">
      <duration id="du" years="999999999" months="999999999"/></date_expression></rule></rsc_location>`;
    const text = cib(primitive('a', operations), rule);
    expect(compute(text).decisions).toMatchObject([{ verb: 'Start', subject: 'a' }]);
    const late = text.replace('execution-date="1700000000"', `execution-date="${'9'.repeat(60)}"`);
    expect(compute(late).decisions).toMatchObject([{ verb: 'Start', subject: 'a' }]);
  });
});

describe('rules', () => {
  it('that refer to each other in every way come to an end', () => {
    const rules = numbers(60).map(
      (i) =>
        `<rsc_location id="l${i}" rsc="a"><rule id="q${i}" score="1"><rule id-ref="q${i + 1}"/><rule id-ref="q${i + 1}"/></rule></rsc_location>`,
    );
    const started = performance.now();
    compute(cib(primitive('a'), rules.join('')));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('values that mean nothing', () => {
  it('fall back to their defaults', () => {
    const meta = (name: string, value: string): string =>
      `<meta_attributes id="m"><nvpair id="m-1" name="${name}" value="${value}"/></meta_attributes>`;
    for (const [name, value] of [
      ['resource-stickiness', 'very'],
      ['migration-threshold', '-99999999999999999999'],
      ['failure-timeout', 'soon'],
      ['priority', '1e400'],
      ['target-role', 'Dancing'],
      ['multiple-active', '💥'],
      ['nobody-knows', 'this'],
    ] as const) {
      const result = compute(cib(primitive('a', meta(name, value)), ''));
      expect(result.decisions, name).toMatchObject([{ verb: 'Start', subject: 'a' }]);
    }
  });

  it('in scores of constraints count as none, and huge ones as infinity', () => {
    const result = compute(
      cib(
        primitive('a') + primitive('b'),
        `<rsc_location id="l1" rsc="a" node="n1" score="lots"/><rsc_location id="l2" rsc="a" node="n2" score="99999999999999999999"/>
         <rsc_colocation id="c" rsc="b" with-rsc="a" score="NaN"/>`,
      ),
    );
    expect(result.decisions.find(({ subject }) => subject === 'a')).toMatchObject({ toNode: 'n2' });
    for (const { score } of result.scores) expect(Number.isSafeInteger(score)).toBe(true);
  });

  it('in histories are read as far as they can be', () => {
    const history = `<lrm id="1"><lrm_resources><lrm_resource id="a" class="ocf" provider="pacemaker" type="Dummy">
      <lrm_rsc_op id="x" operation="start" call-id="many" rc-code="?" op-status="99" interval="-5" transition-key="no"/>
      <lrm_rsc_op id="y" operation="dance" call-id="2" rc-code="99999999999" op-status="0" interval="0"/>
      </lrm_resource></lrm_resources></lrm>`;
    expect(compute(cib(primitive('a'), '', history)).graph.synapses.length).toBeGreaterThan(0);
  });
});

describe('large documents', () => {
  it('with 50 MB of histories of nothing known take seconds', { timeout: 90_000 }, () => {
    const operation = `<lrm_rsc_op id="r_last_0" operation="monitor" call-id="1" rc-code="7" op-status="0" interval="0" transition-key="1:1:7:11111111-2222-3333-4444-555555555555"/>`;
    const history = (i: number): string =>
      `<lrm_resource id="gone${i}" class="ocf" provider="pacemaker" type="Dummy">${operation.repeat(100)}</lrm_resource>`;
    const count = Math.floor(25e6 / history(0).length);
    const status = `<lrm id="1"><lrm_resources>${numbers(count).map(history).join('')}</lrm_resources></lrm>`;
    const text = cib(primitive('a'), '', status);
    expect(text.length).toBeGreaterThan(45e6);
    const started = performance.now();
    const result = policy.computeTransition(parseCib(text));
    expect(result.state.resources.length).toBeGreaterThan(count);
    expect(performance.now() - started).toBeLessThan(30_000);
  });
});

describe('patterns of locations', () => {
  it('that backtrack for ever elsewhere do not stop the cluster, wrong ones are told', () => {
    const hostile = `<rsc_location id="l1" rsc-pattern="^(a+)+$" node="n1" score="1"/>
      <rsc_location id="l2" rsc-pattern="(a" node="n2" score="INFINITY"/>
      <rsc_location id="l3" rsc-pattern="^w(e|eb)+([0-9])$" node="n2" score="INFINITY"/>`;
    const started = performance.now();
    const result = compute(cib(primitive(`${'a'.repeat(60)}b`) + primitive('web1'), hostile));
    expect(performance.now() - started).toBeLessThan(5000);
    expect(result.warnings.join('\n')).toMatch(/'l2' because '\(a' is no regular expression/);
    expect(result.decisions.find(({ subject }) => subject === 'web1')).toMatchObject({ toNode: 'n2' });
  });
});

describe('a history in which a container runs inside itself', () => {
  it('is bounded: what is in control of itself is in control of nobody', () => {
    const guest = primitive(
      'a',
      '<meta_attributes id="m"><nvpair id="r" name="remote-node" value="in-a"/></meta_attributes>',
    );
    const start =
      '<lrm_rsc_op id="a_last_0" operation_key="a_start_0" operation="start" call-id="1" rc-code="0" op-status="0" interval="0" transition-key="1:1:0:x"/>';
    const inside = `<lrm id="in-a"><lrm_resources><lrm_resource id="a" class="ocf" provider="pacemaker" type="Dummy">${start}</lrm_resource></lrm_resources></lrm>`;
    const state = `<node_state id="in-a" uname="in-a" remote_node="true" in_ccm="true" crmd="online">${inside}</node_state>`;
    compute(
      cib(guest, '').replace('value="false"/>', 'value="true"/>').replace('</status>', `${state}</status>`),
    );
  });
});
