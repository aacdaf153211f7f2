import type { Clone, ClusterInformation, Constraint } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { attributes, cluster, primitive, started, stopped } from './small-cluster.ts';

const clone = (id: string, meta: Record<string, string> = {}): Clone => ({
  kind: 'clone',
  id: `${id}-clone`,
  meta: attributes(meta),
  params: [],
  child: primitive(id),
});
const order = (first: string, second: string): Constraint =>
  ({ kind: 'order', id: `${first}-${second}`, first, ['then']: second, sets: [] }) as Constraint;
const never = (resource: string, node: string): Constraint => ({
  kind: 'location',
  id: `${resource}-not-${node}`,
  resource,
  node,
  score: '-INFINITY',
  sets: [],
  rules: [],
});

/** By operation key (without the number of an instance) and node: what each action waits for. */
function waits(input: ClusterInformation): Record<string, string[]> {
  const { synapses } = computeTransition(input).graph;
  const names = new Map(
    synapses.map(({ action: { id, operationKey, onNode = '' } }) => [
      id,
      `${operationKey.replace(/:\d+_/, '_')} ${onNode}`.trim(),
    ]),
  );
  return Object.fromEntries(
    synapses.map(({ action, inputs }) => [
      names.get(action.id) as string,
      inputs.map((each) => names.get(each) as string).sort(),
    ]),
  );
}

const starts = (input: ClusterInformation): string[] =>
  Object.keys(waits(input))
    .filter((each) => /^\w+_start_0 n/.test(each))
    .sort();

/** Both clones are down on two nodes, and b comes after a. */
const down = (b: Record<string, string>, ...more: Constraint[]): ClusterInformation =>
  cluster({
    nodes: ['n1', 'n2'].map((name) => ({ name, histories: { a: stopped('a'), b: stopped('b') } })),
    resources: [clone('a'), clone('b', b)],
    constraints: [order('a-clone', 'b-clone'), ...more],
  });

describe('a clone after another', () => {
  test('waits for all of it', () => {
    expect(waits(down({}))['b_start_0 n1']).toEqual(['b-clone_start_0']);
    expect(waits(down({}))['b-clone_start_0']).toEqual(['a-clone_running_0']);
  });

  test('interleaved, waits on each node for the instance there too', () => {
    const interleaved = waits(down({ interleave: 'true' }));
    expect(interleaved['b_start_0 n1']).toEqual(['a_start_0 n1', 'b-clone_start_0']);
    expect(interleaved['b_start_0 n2']).toEqual(['a_start_0 n2', 'b-clone_start_0']);
  });

  test('interleaved, does not run where the other has no instance', () => {
    const banned = never('a-clone', 'n2');
    expect(starts(down({}, banned))).toEqual(['a_start_0 n1', 'b_start_0 n1', 'b_start_0 n2']);
    expect(starts(down({ interleave: 'true' }, banned))).toEqual(['a_start_0 n1', 'b_start_0 n1']);
  });

  test('interleaved, stops on the node on which the other stops; else one instance left is enough', () => {
    const up = (b: Record<string, string>): string[] => {
      const input = cluster({
        nodes: ['n1', 'n2'].map((name) => ({ name, histories: { a: started('a'), b: started('b') } })),
        resources: [clone('a'), clone('b', b)],
        constraints: [order('a-clone', 'b-clone'), never('a-clone', 'n2')],
      });
      return Object.keys(waits(input)).filter((each) => /^\w+_stop_0 n/.test(each));
    };
    expect(up({}).sort()).toEqual(['a_stop_0 n2']);
    expect(up({ interleave: 'true' }).sort()).toEqual(['a_stop_0 n2', 'b_stop_0 n2']);
  });
});

describe('clone-min', () => {
  const after = (minimum: string, ...more: Constraint[]): ClusterInformation =>
    cluster({
      nodes: ['n1', 'n2', 'n3'].map((name) => ({ name, histories: { a: stopped('a'), c: stopped('c') } })),
      resources: [clone('a', { 'clone-min': minimum }), primitive('c')],
      constraints: [order('a-clone', 'c'), ...more],
    });
  const startsC = (input: ClusterInformation): boolean => starts(input).some((each) => each.startsWith('c_'));

  test('so many instances are enough for what comes after the clone', () => {
    expect(startsC(after('2', never('a-clone', 'n1')))).toBe(true);
    expect(startsC(after('3', never('a-clone', 'n1')))).toBe(false);
  });

  test('it waits for a mark that any of them can reach', () => {
    const mark = 'clone-one-or-more:a-clone-c';
    expect(waits(after('2'))['c_start_0 n1'] ?? waits(after('2'))['c_start_0 n2']).toEqual([mark]);
    expect(waits(after('2'))[mark]).toEqual(['a_start_0 n1', 'a_start_0 n2', 'a_start_0 n3']);
  });
});
