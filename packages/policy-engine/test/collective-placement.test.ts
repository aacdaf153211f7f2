import type { Clone, Constraint, Group, Primitive } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import {
  attributes,
  cluster,
  operation,
  primitive,
  type SmallNode,
  started,
  stopped,
} from './small-cluster.ts';

type Input = ReturnType<typeof cluster>;

function clone(child: Primitive | Group, meta: Record<string, string> = {}): Clone {
  return { kind: 'clone', id: 'c', meta: attributes(meta), params: [], child };
}

function location(resource: string, node: string, score: string): Constraint {
  return { kind: 'location', id: `${resource}-${node}`, resource, node, score, sets: [], rules: [] };
}

const promoted = (id: string) => [...started(id), operation(id, 'promote', 3)];
const group: Group = {
  kind: 'group',
  id: 'g',
  meta: [],
  params: [],
  members: [primitive('s'), primitive('t')],
};

function placeOf(input: Input, id: string): string | undefined {
  return computeTransition(input).state.allResources.find((each) => each.id === id)?.assignedTo?.name;
}

describe('an unmanaged promoted instance', () => {
  test('on a node it is banned from takes along what must be with it', () => {
    const nodes: SmallNode[] = [
      { name: 'n1', attributes: { 'master-s': '5' }, histories: { s: promoted('s'), p: stopped('p') } },
      { name: 'n2', histories: { s: started('s'), p: stopped('p') } },
    ];
    const constraints: Constraint[] = [
      location('c', 'n1', '-INFINITY'),
      {
        kind: 'colocation',
        id: 'x',
        sets: [],
        resource: 'p',
        withResource: 'c',
        withRole: 'Promoted',
        score: 'INFINITY',
      },
    ];
    const c = clone(primitive('s'), { promotable: 'true', 'is-managed': 'false' });
    const input = cluster({ nodes, resources: [c, primitive('p')], constraints });
    expect(placeOf(input, 'p')).toBe('n1');
  });
});

describe('instances of a cloned group', () => {
  test('one with a failed member is kept in place', () => {
    const failed = { ...operation('t:0', 'monitor', 4, 1, 0), id: 't:0_monitor_10000', intervalMs: 10_000 };
    const nodes: SmallNode[] = [
      { name: 'n1', histories: { 's:0': started('s:0'), 't:0': [...started('t:0'), failed] } },
      { name: 'n2', histories: { s: stopped('s'), t: stopped('t') } },
    ];
    const constraints = [location('c', 'n2', '100')];
    const input = cluster({ nodes, resources: [clone(group)], constraints });
    expect(placeOf(input, 't:0')).toBe('n1');
  });
});

describe('a promotion that moves', () => {
  test('the clone is promoted after its demotion', () => {
    const nodes: SmallNode[] = [
      { name: 'n1', attributes: { 'master-s': '5' }, histories: { s: promoted('s') } },
      { name: 'n2', attributes: { 'master-s': '50' }, histories: { s: started('s') } },
    ];
    const { synapses } = computeTransition(
      cluster({ nodes, resources: [clone(primitive('s'), { promotable: 'true' })] }),
    ).graph;
    const keys = new Map(synapses.map(({ action }) => [action.id, action.operationKey]));
    const inputs = synapses.find(({ action }) => action.operationKey === 'c_promote_0')?.inputs ?? [];
    expect(inputs.map((id) => keys.get(id))).toContain('c_demoted_0');
  });
});

describe('members of a group and what they are placed with', () => {
  const histories = { s: stopped('s'), t: stopped('t'), p: stopped('p') };
  const nodes: SmallNode[] = [
    { name: 'n1', histories },
    { name: 'n2', histories },
  ];
  const colocation = (resource: string, withResource: string): Constraint => {
    return { kind: 'colocation', id: 'x', sets: [], resource, withResource, score: 'INFINITY' };
  };
  const places = (...constraints: Constraint[]) => {
    const input = cluster({ nodes, resources: [group, primitive('p')], constraints });
    return ['s', 't', 'p'].map((id) => placeOf(input, id));
  };
  const preference = location('p', 'n2', '50');

  test('the last member takes over what is placed with earlier ones, so that counts for both', () => {
    const withFirst = colocation('p', 's');
    // 75 is more than the preference counted once and less than the same counted twice.
    expect(places(preference, withFirst, location('s', 'n1', '75'))).toEqual(['n2', 'n2', 'n2']);
    expect(places(preference, withFirst, location('s', 'n1', '125'))).toEqual(['n1', 'n1', 'n1']);
  });

  test('the first member goes where a later one must be', () => {
    expect(places(preference, colocation('t', 'p'))).toEqual(['n2', 'n2', 'n2']);
  });
});

describe('an instance beyond clone-max', () => {
  const nodes: SmallNode[] = [
    { name: 'n1', histories: { s: started('s') } },
    { name: 'n2', histories: { s: started('s') } },
  ];

  test('stops although nothing can be fenced, which leaves all others as they are', () => {
    const resources = [clone(primitive('s'), { 'clone-max': '1' })];
    const { decisions } = computeTransition(
      cluster({ nodes, resources, options: { 'fencing-enabled': 'true' } }),
    );
    expect(decisions.map(({ verb, subject, fromNode }) => [verb, subject, fromNode])).toEqual([
      ['Stop', 's:1', 'n2'],
    ]);
  });

  test('of a promotable clone stops, too', () => {
    const resources = [clone(primitive('s'), { promotable: 'true', 'clone-max': '1' })];
    const { decisions } = computeTransition(cluster({ nodes, resources }));
    expect(decisions.map(({ verb, subject }) => [verb, subject])).toEqual([['Stop', 's:1']]);
  });

  test('of a promotable clone that is wanted unpromoted stops as well', () => {
    const meta = { promotable: 'true', 'clone-max': '1' };
    const resources = [clone(primitive('s', { 'target-role': 'Unpromoted' }), meta)];
    const { decisions } = computeTransition(cluster({ nodes, resources }));
    expect(decisions.map(({ verb, subject }) => [verb, subject])).toEqual([['Stop', 's:1']]);
  });
});

test('of two instances the one stays where the clone must be, though nothing else of the group can be anywhere', () => {
  const nodes: SmallNode[] = [
    { name: 'n1', histories: { p: started('p') } },
    { name: 'n2', histories: { p: started('p') } },
  ];
  const constraints: Constraint[] = [
    { kind: 'colocation', id: 'x', sets: [], resource: 'c', withResource: 'g', score: 'INFINITY' },
    location('c', 'n2', 'INFINITY'),
  ];
  // Without a fence device nothing is started: the group is nowhere, and its last member cannot be anywhere.
  const options = { 'fencing-enabled': 'true' };
  const resources = [group, clone(primitive('p'), { 'clone-max': '1' })];
  const { decisions } = computeTransition(cluster({ nodes, resources, constraints, options }));
  expect(decisions.map(({ verb, subject }) => [verb, subject])).toEqual([['Stop', 'p:0']]);
});

test('an unpromoted instance for which a node has no room any more stops', () => {
  const s = primitive('s', { 'target-role': 'Unpromoted' }, { utilization: attributes({ cpu: '3' }) });
  const { decisions } = computeTransition(
    cluster({
      nodes: [{ name: 'n1', utilization: { cpu: '1' }, histories: { s: started('s') } }],
      resources: [clone({ ...group, members: [s] }, { promotable: 'true' })],
      options: { 'placement-strategy': 'utilization' },
    }),
  );
  expect(decisions.map(({ verb, subject }) => [verb, subject])).toEqual([['Stop', 's:0']]);
});

test('of instances that cannot be moved, the one on a node that is down is the first too many', () => {
  const nodes: SmallNode[] = [
    { name: 'n1', histories: { s: started('s') } },
    { name: 'n2', histories: { s: started('s') }, online: false },
    { name: 'n3', histories: { s: started('s') }, attributes: { maintenance: 'true' } },
  ];
  const resources = [clone(primitive('s'), { 'clone-max': '2' })];
  const input = cluster({ nodes, resources, options: { 'fencing-enabled': 'true' } });
  const stops = computeTransition(input).decisions.filter(({ verb }) => verb === 'Stop');
  expect(stops.map(({ fromNode }) => fromNode)).toEqual(['n2']);
});
