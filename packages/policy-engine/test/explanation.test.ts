import type { Constraint } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { describeBans } from '../src/explain/source-text.ts';
import { computeTransition, formatExplanation, type ResourceExplanation } from '../src/index.ts';
import { cluster, primitive, started, stopped } from './small-cluster.ts';

const location = (id: string, resource: string, node: string, score: string): Constraint => ({
  kind: 'location',
  id,
  resource,
  node,
  score,
  sets: [],
  rules: [],
});
const colocation = (id: string, resource: string, withResource: string, score: string): Constraint => ({
  kind: 'colocation',
  id,
  resource,
  withResource,
  score,
  sets: [],
});

function explained(input: ReturnType<typeof cluster>, resource: string): ResourceExplanation {
  const found = computeTransition(input).explanation.find((each) => each.resource === resource);
  if (found === undefined) throw new Error(`${resource} is not explained`);
  return found;
}

/** Contributions per node as `SOURCE SCORE`. */
function parts(explanation: ResourceExplanation): Record<string, string[]> {
  return Object.fromEntries(
    explanation.nodes.map(({ node, contributions }) => [
      node,
      contributions.map(({ source, score }) => `${source} ${score}`),
    ]),
  );
}

const idle = (...ids: string[]) => Object.fromEntries(ids.map((id) => [id, stopped(id)]));

describe('what made up a score', () => {
  test('locations and stickiness, each with its score', () => {
    const input = cluster({
      nodes: [
        { name: 'n1', histories: { a: started('a') } },
        { name: 'n2', histories: idle('a') },
      ],
      resources: [primitive('a', { 'resource-stickiness': '50' })],
      constraints: [location('likes-n2', 'a', 'n2', '40'), location('less-n1', 'a', 'n1', '-3')],
    });
    const a = explained(input, 'a');
    expect(parts(a)).toEqual({ n1: ['less-n1 -3', 'stickiness 50'], n2: ['likes-n2 40'] });
    expect(a.nodes.map(({ score, chosen, whyNot }) => [score, chosen, whyNot])).toEqual([
      [47, true, undefined],
      [40, false, 'n1 has the better score'],
    ]);
  });

  test('a dependent draws what it is placed with, by the part of its score that the colocation says', () => {
    const input = cluster({
      nodes: [{ name: 'n1' }, { name: 'n2' }],
      resources: [primitive('a'), primitive('b')],
      constraints: [colocation('b-with-a', 'b', 'a', '500000'), location('b-n2', 'b', 'n2', '100')],
    });
    expect(parts(explained(input, 'a'))).toEqual({ n1: [], n2: ['b-with-a 50'] });
    expect(parts(explained(input, 'b'))).toEqual({ n1: [], n2: ['b-n2 100', 'b-with-a 500000'] });
  });

  test('a mandatory colocation bans the other nodes, and both bans of a node are told', () => {
    const input = cluster({
      nodes: [{ name: 'n1' }, { name: 'n2' }],
      resources: [primitive('a'), primitive('b')],
      constraints: [
        colocation('b-with-a', 'b', 'a', 'INFINITY'),
        location('a-n1', 'a', 'n1', '10'),
        location('b-never-n2', 'b', 'n2', '-INFINITY'),
      ],
    });
    const b = explained(input, 'b');
    expect(parts(b)['n2']).toEqual(['b-never-n2 -1000000', 'b-with-a -1000000']);
    expect(b.nodes.find(({ node }) => node === 'n2')?.whyNot).toBe('banned by b-never-n2, b-with-a');
  });

  test('what a clone tried and took back is not told', () => {
    const nodes = [{ name: 'n1', histories: { a: started('a') } }, { name: 'n2' }];
    const resources = [{ kind: 'clone', id: 'c', meta: [], params: [], child: primitive('a') }] as const;
    const input = cluster({ nodes, resources });
    expect(parts(explained(input, 'a:0'))).toEqual({ n1: ['stickiness 1'], n2: [] });
    expect(parts(explained(input, 'a:1'))).toEqual({ n1: ['#instances -1000000'], n2: [] });
  });
});

describe('an explanation', () => {
  test('says why a node is out of the question, and what blocks a wanted action', () => {
    const input = cluster({
      nodes: [{ name: 'n1', attributes: { standby: 'on' } }, { name: 'n2' }, { name: 'n3', online: false }],
      resources: [primitive('a', { 'target-role': 'Stopped' }), primitive('b')],
      constraints: [{ kind: 'order', id: 'a-b', first: 'a', ['then']: 'b', sets: [] } as Constraint],
    });
    const b = explained(input, 'b');
    expect(b.decisions).toMatchObject([{ verb: 'Start', toNode: 'n2', blocked: true }]);
    expect(b.nodes.map(({ whyNot }) => whyNot)).toEqual([
      'the node is in standby',
      undefined,
      'the node is offline',
    ]);
    const start = b.actions.find(({ key }) => key === 'b_start_0');
    expect(start).toMatchObject({ node: 'n2', runnable: false, blockedBy: ['a_start_0'] });
    const text = formatExplanation(b);
    expect(text).toContain('b:\n  Start (n2) due to unrunnable a start, but it is blocked\n  * n2: 0\n');
    expect(text).toContain('    n1: 0 - the node is in standby\n');
    expect(text).toContain('  blocked: b_start_0 on n2 (unrunnable a start), waits for a_start_0\n');
  });

  test('is the same whether it is made along with the computation or afterwards', () => {
    const resources = [primitive('a'), primitive('b')];
    const input = cluster({ nodes: [{ name: 'n1' }, { name: 'n2' }], resources });
    expect(computeTransition(input).explanation).toEqual(
      computeTransition(input, { explain: true }).explanation,
    );
  });
});

test('bans name constraints by their ids, and everything else in words, each once', () => {
  expect(describeBans(['#group-members', 'c1', '#group-members', 'c2'])).toBe(
    'banned by c1, c2, stays with the other members of its group',
  );
  expect(describeBans(['hard-error'])).toBe('its agent said that it cannot run there');
  expect(describeBans([])).toBe('banned');
});

test('a result has no accessors of its own, which would keep all of a computation in memory for long', () => {
  const result = computeTransition(cluster({ nodes: [{ name: 'a' }], resources: [primitive('web')] }));
  const own = Object.values(Object.getOwnPropertyDescriptors(result));
  expect(own.length).toBeGreaterThan(0);
  expect(own.filter(({ get }) => get !== undefined)).toEqual([]);
  expect(result.explanation).toBe(result.explanation);
});
