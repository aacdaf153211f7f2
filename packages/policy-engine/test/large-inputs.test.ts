import { parseCib } from '@holdfast/model';
import { describe, expect, it } from 'vitest';
import { computeTransition } from '../src/index.ts';
import type { ClusterState } from '../src/state/cluster-state.ts';

/*
 * Inputs larger than any real one, of one shape each: what they cost may grow with their size, and not with its square
 * or cube. Work is counted, not timed.
 */

const numbers = (count: number): number[] => Array.from({ length: count }, (_unused, index) => index);

const primitive = (id: string, inner = ''): string =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${inner}</primitive>`;

const started = (id: string, callId: number): string =>
  `<lrm_resource id="${id}" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op id="${id}_last_0" operation_key="${id}_start_0"
    operation="start" call-id="${callId}" rc-code="0" op-status="0" interval="0" transition-key="1:1:0:x"/></lrm_resource>`;

interface Parts {
  readonly resources: string;
  readonly constraints?: string;
  /** Histories by number of the node, from 1. */
  readonly histories?: (node: number) => string;
}

function compute({ resources, constraints = '', histories = () => '' }: Parts): ClusterState {
  const nodes = [1, 2, 3];
  const node = (id: number): string =>
    `<node_state id="${id}" uname="n${id}" in_ccm="true" crmd="online" join="member" expected="member">
      <lrm id="${id}"><lrm_resources>${histories(id)}</lrm_resources></lrm></node_state>`;
  const text = `<cib validate-with="pacemaker-3.9" have-quorum="1" dc-uuid="1" execution-date="1700000000"><configuration>
    <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
    <nodes>${nodes.map((id) => `<node id="${id}" uname="n${id}"/>`).join('')}</nodes>
    <resources>${resources}</resources><constraints>${constraints}</constraints></configuration>
    <status>${nodes.map(node).join('')}</status></cib>`;
  return computeTransition(parseCib(text), { scores: false }).state;
}

/** How much more work twice the size is. */
function growth(shape: (size: number) => Parts, size: number, work: (state: ClusterState) => number): number {
  return work(compute(shape(2 * size))) / work(compute(shape(size)));
}

const orderingSteps = (state: ClusterState): number => state.orderingSteps;

/** Where there are more orderings than resources: probes come before each stop that may depend on them. */
const stepsPerOrdering = (state: ClusterState): number =>
  state.orderingSteps / state.actions.reduce((sum, { before }) => sum + before.length, 0);

describe('the orderings of a large group', () => {
  const group = (size: number): string =>
    `<group id="g">${numbers(size)
      .map((i) => primitive(`r${i}`))
      .join('')}</group>`;
  const running = (size: number) => (node: number) =>
    node === 1
      ? numbers(size)
          .map((i) => started(`r${i}`, i + 1))
          .join('')
      : '';

  it('are resolved in proportion to its length when it starts', () => {
    expect(growth((size) => ({ resources: group(size) }), 100, orderingSteps)).toBeLessThan(2.2);
  });

  it('and when all of it is restarted', () => {
    const restarted = (size: number): Parts => ({ resources: group(size), histories: running(size) });
    expect(growth(restarted, 100, stepsPerOrdering)).toBeLessThan(1.2);
  });

  it('and when it moves', () => {
    const moved = (size: number): Parts => ({
      resources: group(size),
      constraints: '<rsc_location id="l" rsc="g" node="n2" score="INFINITY"/>',
      histories: running(size),
    });
    expect(growth(moved, 100, stepsPerOrdering)).toBeLessThan(1.2);
  });

  it('and when it is cloned', () => {
    const cloned = (size: number): Parts => ({ resources: `<clone id="c">${group(size)}</clone>` });
    expect(growth(cloned, 50, orderingSteps)).toBeLessThan(2.2);
  });
});

describe('the orderings of surplus instances', () => {
  it('of a cloned group are resolved in proportion to their number', () => {
    const surplus = (size: number): Parts => ({
      resources: `<clone id="c"><group id="g">${primitive('a')}${primitive('b')}</group></clone>`,
      histories: () =>
        numbers(size)
          .map((i) => started(`a:${i}`, 2 * i + 1) + started(`b:${i}`, 2 * i + 2))
          .join(''),
    });
    expect(growth(surplus, 20, orderingSteps)).toBeLessThan(2.2);
  });
});

describe('sets of which each must wait for each of another', () => {
  it('are resolved in proportion to the orderings there are', () => {
    const refs = (from: number, count: number): string =>
      numbers(count)
        .map((i) => `<resource_ref id="r${from + i}"/>`)
        .join('');
    const restarted = (size: number): Parts => ({
      resources: numbers(2 * size)
        .map((i) => primitive(`r${i}`))
        .join(''),
      constraints: `<rsc_order id="o"><resource_set id="s" sequential="false">${refs(0, size)}</resource_set>
        <resource_set id="t" sequential="false">${refs(size, size)}</resource_set></rsc_order>`,
      histories: (node) =>
        numbers(2 * size)
          .filter((i) => (i % 2) + 1 === node)
          .map((i) => started(`r${i}`, i + 1))
          .join(''),
    });
    expect(growth(restarted, 30, stepsPerOrdering)).toBeLessThan(1.2);
  });
});

describe('constraints that relate many with few words', () => {
  const refs = (from: number, count: number): string =>
    numbers(count)
      .map((i) => `<resource_ref id="r${from + i}"/>`)
      .join('');

  it('are refused as a whole where memory would not suffice', () => {
    const parts = {
      resources: numbers(3000)
        .map((i) => primitive(`r${i}`))
        .join(''),
      constraints: `<rsc_order id="o"><resource_set id="s" sequential="false">${refs(0, 1500)}</resource_set>
        <resource_set id="t" sequential="false">${refs(1500, 1500)}</resource_set></rsc_order>
        <rsc_order id="p" first="r0" then="r1"/>`,
    };
    expect(() => compute(parts)).toThrow(/with t, the constraints relate more than 2000000/);
  });

  it('by patterns compare each resource once for each pattern', () => {
    const patterns = (size: number): Parts => ({
      resources: numbers(size)
        .map((i) => primitive(`r${i}`))
        .join(''),
      constraints: numbers(size)
        .map((i) => `<rsc_location id="l${i}" rsc-pattern="r(.*)${i}$" node="n1" score="5"/>`)
        .join(''),
    });
    const perPair = (size: number): number => compute(patterns(size)).constrainedPairs / size ** 2;
    expect(perPair(200) / perPair(100)).toBeLessThan(1.1);
  });
});

describe('thousands of colocations between a few resources', () => {
  it('are not each followed along thousands, with a warning', () => {
    const state = compute({
      resources: numbers(10)
        .map((i) => primitive(`r${i}`))
        .join(''),
      constraints: numbers(2000)
        .map((i) => `<rsc_colocation id="c${i}" rsc="r${i % 10}" with-rsc="r${(i + 1) % 10}" score="1"/>`)
        .join(''),
    });
    expect(state.warnings).toEqual([expect.stringContaining('not all are followed along their chains')]);
    expect(state.colocationsFollowed).toBeLessThan(10_100_000);
  });
});
