import type { Constraint, LocationConstraint } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { attributes, cluster, operation, primitive, started, stopped } from './small-cluster.ts';

function places(input: ReturnType<typeof cluster>): Record<string, string | undefined> {
  const { state } = computeTransition(input);
  return Object.fromEntries(
    state.allResources.filter((r) => r.isPrimitive).map((r) => [r.id, r.assignedTo?.name]),
  );
}

const location = (resource: string, node: string, score: string): Constraint => ({
  kind: 'location',
  id: `${resource}-${node}`,
  resource,
  node,
  score,
  sets: [],
  rules: [],
});
const colocation = (resource: string, withResource: string, score: string): Constraint => ({
  kind: 'colocation',
  id: `${resource}-with-${withResource}`,
  resource,
  withResource,
  score,
  sets: [],
});
const two = [{ name: 'n1' }, { name: 'n2' }];

test('exclusive discovery by a rule that holds on no node means no node', () => {
  const expressions = [{ kind: 'attribute' as const, id: 'e', attribute: 'x', operation: 'defined' }];
  const rules = [{ kind: 'rule' as const, id: 'r', score: '10', expressions }];
  const exclusive: Constraint = { kind: 'location', id: 'l', resource: 'a', sets: [], rules };
  const at = (resourceDiscovery: string) =>
    places(
      cluster({
        nodes: two,
        resources: [primitive('a')],
        constraints: [{ ...exclusive, resourceDiscovery }],
      }),
    );
  expect(at('always')).toEqual({ a: 'n1' });
  expect(at('exclusive')).toEqual({ a: undefined });
});

describe('node choice', () => {
  test('the higher score wins, then fewer resources, then the name', () => {
    const resources = [primitive('a'), primitive('b'), primitive('c')];
    expect(places(cluster({ nodes: two, resources, constraints: [location('c', 'n2', '10')] }))).toEqual({
      a: 'n1',
      b: 'n2',
      c: 'n2',
    });
  });

  test('the current node wins a tie only with a score above 0', () => {
    const nodes = [
      { name: 'n1', histories: { a: stopped('a') } },
      { name: 'n2', histories: { a: started('a') } },
    ];
    expect(places(cluster({ nodes, resources: [primitive('a', { 'resource-stickiness': '1' })] }))).toEqual({
      a: 'n2',
    });
  });

  test('an opt-in cluster uses named nodes only', () => {
    const options = { 'symmetric-cluster': 'false' };
    const resources = [primitive('a'), primitive('b')];
    const constraints = [location('a', 'n2', '0')];
    expect(places(cluster({ nodes: two, resources, constraints, options }))).toEqual({
      a: 'n2',
      b: undefined,
    });
  });

  test('standby and failures beyond the migration threshold keep a resource away', () => {
    const nodes = [
      { name: 'n1', attributes: { standby: 'on' } },
      { name: 'n2', attributes: { 'fail-count-a#start_0': '2', 'last-failure-a#start_0': '1999' } },
    ];
    const resources = [primitive('a', { 'migration-threshold': '2' }), primitive('b')];
    expect(places(cluster({ nodes, resources }))).toEqual({ a: undefined, b: 'n2' });
  });
});

describe('locations with a role', () => {
  const placed = (role: string, more: Partial<LocationConstraint> = {}) => {
    const constraint = { ...location('a', 'n1', '-INFINITY'), role, ...more } as Constraint;
    return places(cluster({ nodes: two, resources: [primitive('a')], constraints: [constraint] })).a;
  };

  test('Started and Unpromoted are about every instance, Promoted only about what is promoted', () => {
    expect(placed('Started')).toBe('n2');
    expect(placed('Unpromoted')).toBe('n2');
    expect(placed('Slave')).toBe('n2');
    expect(placed('Promoted')).toBe('n1');
  });

  test('exclusive discovery holds whatever the role, so that no node is left', () => {
    expect(placed('Promoted', { score: '10', resourceDiscovery: 'exclusive' })).toBeUndefined();
    expect(placed('Started', { score: '10', resourceDiscovery: 'exclusive' })).toBe('n1');
  });
});

describe('colocation', () => {
  test('a mandatory one follows its primary, an anti-colocation avoids it', () => {
    const resources = [primitive('a'), primitive('b'), primitive('c')];
    const constraints = [
      location('b', 'n2', '100'),
      colocation('a', 'b', 'INFINITY'),
      colocation('c', 'b', '-INFINITY'),
    ];
    expect(places(cluster({ nodes: two, resources, constraints }))).toEqual({ a: 'n2', b: 'n2', c: 'n1' });
  });

  test('the wishes of a dependent move its primary, scaled by the score', () => {
    const resources = [primitive('a'), primitive('b')];
    const constraints = [location('a', 'n2', '100'), colocation('a', 'b', 'INFINITY')];
    expect(places(cluster({ nodes: two, resources, constraints }))).toEqual({ a: 'n2', b: 'n2' });
  });

  test('members of a group stay together, and their stickiness adds up', () => {
    const member = (id: string) => primitive(id, { 'resource-stickiness': '40' });
    const group = {
      kind: 'group' as const,
      id: 'g',
      meta: [],
      params: [],
      members: [member('a'), member('b'), member('c')],
    };
    const running = { a: started('a'), b: started('b'), c: started('c') };
    const nodes = [
      { name: 'n1', histories: running },
      { name: 'n2', histories: {} },
    ];
    const stays = cluster({ nodes, resources: [group], constraints: [location('g', 'n2', '100')] });
    expect(places(stays)).toEqual({ a: 'n1', b: 'n1', c: 'n1' });
    const moves = cluster({ nodes, resources: [group], constraints: [location('g', 'n2', '121')] });
    expect(places(moves)).toEqual({ a: 'n2', b: 'n2', c: 'n2' });
  });
});

describe('clones', () => {
  test('an anonymous clone has one instance on each node', () => {
    const clone = { kind: 'clone' as const, id: 'c', meta: [], params: [], child: primitive('a') };
    expect(places(cluster({ nodes: two, resources: [clone] }))).toEqual({ 'a:0': 'n1', 'a:1': 'n2' });
  });

  test('the instance with the best promotion score is promoted, none without a score', () => {
    const meta = attributes({ promotable: 'true' });
    const clone = { kind: 'clone' as const, id: 'c', meta, params: [], child: primitive('a') };
    const scored = [
      { name: 'n1', attributes: { 'master-a': '5' } },
      { name: 'n2', attributes: { 'master-a': '10' } },
    ];
    const roles = (nodes: typeof scored | typeof two) =>
      computeTransition(cluster({ nodes, resources: [clone] }))
        .state.allResources.filter((r) => r.isPrimitive && r.nextRole === 4)
        .map((r) => r.assignedTo?.name);
    expect(roles(scored)).toEqual(['n2']);
    expect(roles(two)).toEqual([]);
  });
});

test('the explanation names the constraint that bans a node', () => {
  const input = cluster({
    nodes: two,
    resources: [primitive('a')],
    constraints: [location('a', 'n1', '-INFINITY')],
  });
  const [explained] = computeTransition(input).explanation;
  expect(explained?.nodes.map(({ node, chosen, whyNot }) => [node, chosen, whyNot])).toEqual([
    ['n1', false, 'banned by a-n1'],
    ['n2', true, undefined],
  ]);
});

test('names of equal nodes are compared character by character', () => {
  const nodes = [{ name: 'n2' }, { name: 'n10' }];
  expect(places(cluster({ nodes, resources: [primitive('a')] }))).toEqual({ a: 'n10' });
});

test('what must be with a clone of a group avoids the instance of which a member is blocked', () => {
  const failed = [
    ...started('x'),
    {
      ...operation('x', 'monitor', 3, 1, 0),
      id: 'x_last_failure_0',
      operationKey: 'x_monitor_10000',
      intervalMs: 10_000,
      opStatus: 0,
    },
  ];
  const monitor = {
    name: 'monitor',
    attributes: { interval: '10s', 'on-fail': 'block' },
    params: [],
    meta: [],
  };
  const input = cluster({
    nodes: [
      { name: 'n1', histories: { x: failed, y: started('y'), d: started('d') } },
      { name: 'n2', histories: { x: started('x'), y: started('y'), d: stopped('d') } },
    ],
    resources: [
      {
        kind: 'clone',
        id: 'c',
        meta: [],
        params: [],
        child: {
          kind: 'group',
          id: 'g',
          meta: [],
          params: [],
          members: [primitive('x', {}, { operations: [monitor] }), primitive('y')],
        },
      },
      primitive('d'),
    ],
    constraints: [colocation('d', 'c', 'INFINITY')],
  });
  expect(places(input)['d']).toBe('n2');
});
