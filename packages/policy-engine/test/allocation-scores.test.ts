import type { Constraint, Resource } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { formatScores } from '../src/output/scores-text.ts';
import { attributes, cluster, operation, primitive, started } from './small-cluster.ts';

/** Lines of the score output that speak of one resource, sorted. */
function scoresOf(input: ReturnType<typeof cluster>, text: string): string[] {
  return formatScores(computeTransition(input).scores)
    .split('\n')
    .filter((line) => line.includes(text))
    .sort();
}

describe('unmanaged resources', () => {
  test('an unmanaged member stays where it is, which says nothing about where its group belongs', () => {
    const meta = attributes({ 'is-managed': 'false' });
    const group: Resource = { kind: 'group', id: 'g', meta, params: [], members: [primitive('a')] };
    const nodes = [{ name: 'n1', histories: { a: started('a') } }];
    expect(scoresOf(cluster({ nodes, resources: [group] }), 'group_assign')).toEqual([
      'pcmk__group_assign: a allocation score on n1: INFINITY',
      'pcmk__group_assign: g allocation score on n1: 0',
    ]);
  });
});

describe('failures with on-fail=stop', () => {
  test('the clone is banned everywhere, its instances keep their scores', () => {
    const monitor = {
      id: 'm',
      name: 'monitor',
      attributes: { interval: '10', 'on-fail': 'stop' },
      params: [],
      meta: [],
    };
    const child = primitive('a', {}, { operations: [monitor] });
    const clone: Resource = { kind: 'clone', id: 'c', meta: [], params: [], child };
    const failed = { ...operation('a', 'monitor', 3, 1, 0), id: 'a_monitor_10000', intervalMs: 10_000 };
    const nodes = [{ name: 'n1', histories: { a: [...started('a'), failed] } }, { name: 'n2' }];
    expect(scoresOf(cluster({ nodes, resources: [clone] }), 'clone_assign')).toEqual([
      'pcmk__clone_assign: a:0 allocation score on n1: 1',
      'pcmk__clone_assign: a:0 allocation score on n2: 0',
      'pcmk__clone_assign: a:1 allocation score on n1: 0',
      'pcmk__clone_assign: a:1 allocation score on n2: 0',
      'pcmk__clone_assign: c allocation score on n1: -INFINITY',
      'pcmk__clone_assign: c allocation score on n2: -INFINITY',
    ]);
  });
});

describe('colocations of group members', () => {
  const members = [primitive('a'), primitive('b'), primitive('c')];
  const group: Resource = { kind: 'group', id: 'g', meta: [], params: [], members };
  const nodes = [{ name: 'n1' }, { name: 'n2', histories: { p: started('p') } }];
  const sticky = primitive('p', { 'resource-stickiness': '1' });
  const colocation = (resource: string, withResource: string, score: string): Constraint => ({
    kind: 'colocation',
    id: 'x',
    sets: [],
    resource,
    withResource,
    score,
  });

  test('what a later member is placed with counts for the first one, optional or not', () => {
    const constraints = [colocation('b', 'p', '20')];
    const input = cluster({ nodes, resources: [group, sticky], constraints });
    expect(scoresOf(input, 'primitive_assign: a')).toEqual([
      'pcmk__primitive_assign: a allocation score on n1: 0',
      'pcmk__primitive_assign: a allocation score on n2: 20',
    ]);
  });

  test('what is placed with an earlier member counts for the last one', () => {
    const constraints = [
      colocation('p', 'a', '20'),
      {
        kind: 'location',
        id: 'l',
        resource: 'p',
        node: 'n2',
        score: '500000',
        sets: [],
        rules: [],
      } as Constraint,
    ];
    const input = cluster({ nodes, resources: [group, sticky], constraints });
    expect(scoresOf(input, 'primitive_assign: c')).toContain(
      'pcmk__primitive_assign: c allocation score on n2: 10',
    );
  });
});

test('resource defaults that fit the primitive of a clone go before the stickiness that instances have anyway', () => {
  const clone: Resource = { kind: 'clone', id: 'c', meta: [], params: [], child: primitive('a') };
  const input = cluster({ nodes: [{ name: 'n1', histories: { a: started('a') } }], resources: [clone] });
  const rule = { kind: 'rule', id: 'r', expressions: [{ kind: 'resource', id: 'e', type: 'Dummy' }] };
  const resourceDefaults = attributes({ 'resource-stickiness': '300' }).map((block) => ({
    ...block,
    rules: [rule],
  }));
  const configuration = { ...input.configuration, resourceDefaults } as typeof input.configuration;
  expect(scoresOf({ ...input, configuration }, 'clone_assign: a:0')).toEqual([
    'pcmk__clone_assign: a:0 allocation score on n1: 300',
  ]);
});
