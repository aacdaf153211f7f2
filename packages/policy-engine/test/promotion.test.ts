import type { Clone, Constraint, Group, Primitive } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { formatScores } from '../src/output/scores-text.ts';
import { attributes, cluster, operation, primitive, started, stopped } from './small-cluster.ts';

function promotable(child: Primitive | Group, meta: Record<string, string> = {}): Clone {
  return { kind: 'clone', id: 'c', meta: attributes({ promotable: 'true', ...meta }), params: [], child };
}

function promotionScores(input: ReturnType<typeof cluster>): string[] {
  return formatScores(computeTransition(input).scores)
    .split('\n')
    .filter((line) => line.includes('promotion score'));
}

const colocation = (more: Partial<Constraint>): Constraint =>
  ({ kind: 'colocation', id: 'x', sets: [], resource: 'c', role: 'Promoted', ...more }) as Constraint;

/** Two nodes with an unpromoted instance of `s` each, and `p` on the second one. */
const nodes = [
  { name: 'n1', attributes: { 'master-s': '100' }, histories: { s: started('s') } },
  { name: 'n2', attributes: { 'master-s': '50' }, histories: { s: started('s'), p: started('p') } },
];

describe('promotion scores and placement', () => {
  const c = promotable(primitive('s'), { 'resource-stickiness': '0' });
  const placement = (input: ReturnType<typeof cluster>): string[] =>
    formatScores(computeTransition(input).scores)
      .split('\n')
      .filter((line) => line.startsWith('pcmk__clone_assign: s:'));

  test('a negative one is no reason against running there', () => {
    const one = [{ name: 'n1', attributes: { 'master-s': '-5' }, histories: { s: started('s') } }];
    expect(placement(cluster({ nodes: one, resources: [c] }))).toEqual([
      'pcmk__clone_assign: s:0 allocation score on n1: 0',
    ]);
  });

  test('one on an avoided node does not make up for that', () => {
    const avoid = [
      {
        kind: 'location',
        id: 'l',
        resource: 'c',
        node: 'n1',
        score: '-7',
        sets: [],
        rules: [],
      } as Constraint,
    ];
    expect(placement(cluster({ nodes: nodes.slice(0, 1), resources: [c], constraints: avoid }))).toEqual([
      'pcmk__clone_assign: s:0 allocation score on n1: -7',
    ]);
  });

  test('an instance without history reads the attribute of its own number', () => {
    const two = [
      { name: 'n1', histories: { s: started('s') } },
      { name: 'n2', attributes: { 'master-s:1': '9' } },
    ];
    expect(placement(cluster({ nodes: two, resources: [c] }))).toContain(
      'pcmk__clone_assign: s:1 allocation score on n2: 9',
    );
  });
});

describe('colocation of the promoted role', () => {
  const s = promotable(primitive('s'));

  test('an optional one counts once, on the node of the primary', () => {
    const constraints = [colocation({ withResource: 'p', score: '30' })];
    const sticky = primitive('p', { 'resource-stickiness': '1' });
    expect(promotionScores(cluster({ nodes, resources: [s, sticky], constraints }))).toEqual([
      's:0 promotion score on n1: 100',
      's:1 promotion score on n2: 80',
    ]);
  });

  test('it does not decide where an instance runs that is not going to be promoted', () => {
    const constraints = [colocation({ withResource: 'p', score: 'INFINITY' })];
    const { state } = computeTransition(cluster({ nodes, resources: [s, primitive('p')], constraints }));
    const clone = state.resources.find(({ id }) => id === 'c');
    expect(clone?.children.map(({ assignedTo }) => assignedTo?.name).sort()).toEqual(['n1', 'n2']);
  });

  test('with something that runs nowhere, a mandatory one forbids promotion', () => {
    const constraints = [colocation({ withResource: 'p', score: 'INFINITY' })];
    const resources = [s, primitive('p', { 'target-role': 'Stopped' })];
    expect(promotionScores(cluster({ nodes, resources, constraints }))).toEqual([
      's:0 promotion score on n1: -INFINITY',
      's:1 promotion score on n2: -INFINITY',
    ]);
  });

  test('a cloned group is promoted as a whole', () => {
    const group: Group = { kind: 'group', id: 'g', meta: [], params: [], members: [primitive('s')] };
    const constraints = [colocation({ withResource: 'p', score: 'INFINITY' })];
    const sticky = primitive('p', { 'resource-stickiness': '1' });
    const input = cluster({ nodes, resources: [promotable(group), sticky], constraints });
    expect(promotionScores(input)).toEqual([
      'g:1 promotion score on n2: INFINITY',
      'g:0 promotion score on n1: -INFINITY',
    ]);
  });
});

describe('members of a cloned group', () => {
  const group: Group = {
    kind: 'group',
    id: 'g',
    meta: [],
    params: [],
    members: [primitive('s'), primitive('t')],
  };
  const clone = promotable(group);
  const up = { s: started('s'), t: started('t') };

  test('scores of members add up, except for a member that may not run there', () => {
    const attributes = { 'master-s': '7', 'master-t': '9' };
    const one = [{ name: 'n1', attributes, histories: up }];
    expect(promotionScores(cluster({ nodes: one, resources: [clone] }))).toEqual([
      'g:0 promotion score on n1: 16',
    ]);
    const unique = promotable(
      { ...group, members: [primitive('s'), primitive('t', { 'migration-threshold': '1' })] },
      { 'clone-max': '1', 'globally-unique': 'true' },
    );
    const failed = { 'master-s:0': '7', 'master-t:0': '9', 'fail-count-t:0#start_0': '1' };
    const histories = { 's:0': started('s:0'), 't:0': started('t:0') };
    const tired = [{ name: 'n1', attributes: failed, histories }];
    expect(promotionScores(cluster({ nodes: tired, resources: [unique] }))).toEqual([
      'g:0 promotion score on n1: 7',
    ]);
  });

  test('members that find no node while it is tried to keep them are stopped', () => {
    const avoid = {
      kind: 'location',
      id: 'l',
      resource: 'c',
      node: 'n1',
      score: '-INFINITY',
      sets: [],
      rules: [],
    };
    const nodes = [{ name: 'n1', histories: up }];
    const { decisions } = computeTransition(
      cluster({ nodes, resources: [clone], constraints: [avoid as Constraint] }),
    );
    expect(decisions.map(({ verb, subject }) => `${verb} ${subject}`)).toEqual(['Stop s:0', 'Stop t:0']);
  });
});

describe('order of placement among instances', () => {
  test('an instance whose node the dependent avoids is not put behind the others for it', () => {
    const avoid = [
      { kind: 'location', id: 'l', resource: 'p', node: 'n1', score: '-INFINITY', sets: [], rules: [] },
      { kind: 'colocation', id: 'x', sets: [], resource: 'p', withResource: 'c', score: 'INFINITY' },
    ] as Constraint[];
    const both = [
      { name: 'n1', histories: { s: started('s') } },
      { name: 'n2', histories: { s: started('s') } },
    ];
    const input = cluster({
      nodes: both,
      resources: [primitive('p'), promotable(primitive('s'))],
      constraints: avoid,
    });
    const placed = formatScores(computeTransition(input).scores)
      .split('\n')
      .filter((line) => line.startsWith('pcmk__primitive_assign: s:'));
    expect(placed[0]).toMatch(/s:0/);
  });
});

describe('unmanaged instances', () => {
  test('one that was started keeps its promotion score, one that a monitor found unpromoted is not considered', () => {
    const unmanaged = promotable(primitive('s'), { 'is-managed': 'false' });
    const found = { ...started('s')[0], rcCode: 0, opStatus: 4 } as ReturnType<typeof started>[number];
    const both = [
      { name: 'n1', attributes: { 'master-s': '7' }, histories: { s: started('s') } },
      { name: 'n2', attributes: { 'master-s': '7' }, histories: { s: [found] } },
    ];
    expect(promotionScores(cluster({ nodes: both, resources: [unmanaged] }))).toEqual([
      's:0 promotion score on n1: 7',
      's:1 promotion score on n2: -INFINITY',
    ]);
  });
});

describe('priority of the actions of promotable clones', () => {
  const synapses = (input: ReturnType<typeof cluster>): string[] =>
    computeTransition(input).graph.synapses.map(
      ({ action, priority }) => `${action.operationKey} ${priority ?? 0}`,
    );
  const one = [{ name: 'n1', attributes: { 'master-s': '100' }, histories: { s: stopped('s') } }];

  test('is that of the clone: the own one of an instance has become its promotion priority', () => {
    const own = promotable(primitive('s', { priority: '3' }));
    expect(synapses(cluster({ nodes: one, resources: [own] }))).toContain('s_start_0 0');
    const ofClone = promotable(primitive('s'), { priority: '4' });
    expect(synapses(cluster({ nodes: one, resources: [ofClone] }))).toContain('s_start_0 4');
  });

  test('of the first member of a group is raised by a colocation of the promoted role', () => {
    const members = [primitive('s'), primitive('t')];
    const group: Group = { kind: 'group', id: 'g', meta: [], params: [], members };
    const up = { s: started('s'), t: started('t'), p: started('p') };
    const input = cluster({
      nodes: [{ name: 'n1', attributes: { 'master-s': '5' }, histories: up }],
      resources: [promotable(group), primitive('p')],
      constraints: [colocation({ withResource: 'p', score: '30' })],
    });
    expect(synapses(input).filter((each) => each.includes('_promote_'))).toEqual(
      expect.arrayContaining(['s_promote_0 30', 't_promote_0 0']),
    );
  });
});

describe('orderings of promotable clones', () => {
  const inputsOf = (input: ReturnType<typeof cluster>, key: string): string[] => {
    const { synapses } = computeTransition(input).graph;
    const keys = new Map(synapses.map(({ action }) => [action.id, action.operationKey]));
    const found = synapses.find(({ action }) => action.operationKey === key);
    return (found?.inputs ?? []).map((id) => keys.get(id) ?? '').sort();
  };
  const promoted = (id: string) => [...started(id), operation(id, 'promote', 3)];

  test('an instance that is demoted and promoted again is promoted after the demotion', () => {
    const failed = { ...operation('s', 'monitor', 4, 1, 8), id: 's_monitor_10000', intervalMs: 10_000 };
    const one = [
      { name: 'n1', attributes: { 'master-s': '5' }, histories: { s: [...promoted('s'), failed] } },
    ];
    expect(inputsOf(cluster({ nodes: one, resources: [promotable(primitive('s'))] }), 's_promote_0')).toEqual(
      ['c_promote_0', 's_demote_0', 's_start_0'],
    );
  });

  test('members of a group with ordered=false do not wait for each other; the clone hands the option down', () => {
    const members = [primitive('s'), primitive('t')];
    const group: Group = { kind: 'group', id: 'g', meta: [], params: [], members };
    const stop = promotable(group, { ordered: 'false', 'target-role': 'Stopped' });
    const up = [{ name: 'n1', histories: { s: promoted('s'), t: promoted('t') } }];
    expect(inputsOf(cluster({ nodes: up, resources: [stop] }), 's_demote_0')).toEqual(['g:0_demote_0']);
  });
});

test('the number that an old history gives a stopped instance is not taken over', () => {
  const old = Object.fromEntries(['s:0', 's:1'].map((id) => [id, stopped(id)]));
  const one = [{ name: 'n1', histories: old }];
  const { synapses } = computeTransition(
    cluster({ nodes: one, resources: [promotable(primitive('s'))] }),
  ).graph;
  const start = synapses.find(({ action }) => action.operationKey.startsWith('s:'))?.action;
  expect(start?.operationKey).toBe('s:0_start_0');
});
