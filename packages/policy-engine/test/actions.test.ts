import type { Constraint, Resource } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { attributes, cluster, operation, primitive, started, stopped } from './small-cluster.ts';

/** Actions as `KEY NODE <- KEYS OF INPUTS`, marks included. */
function graph(input: ReturnType<typeof cluster>): string[] {
  const { synapses } = computeTransition(input).graph;
  const names = new Map(
    synapses.map(({ action }) => [action.id, `${action.operationKey} ${action.onNode ?? '-'}`]),
  );
  return synapses.map(({ action, inputs }) => {
    const from = inputs.map((id) => names.get(id)).sort();
    return `${names.get(action.id)}${from.length > 0 ? ` <- ${from.join(', ')}` : ''}`;
  });
}

const order = (first: string, second: string, more: Partial<Constraint> = {}): Constraint =>
  ({ kind: 'order', id: `${first}-${second}`, first, ['then']: second, sets: [], ...more }) as Constraint;
const idle = (...ids: string[]) => Object.fromEntries(ids.map((id) => [id, stopped(id)]));
const up = (...ids: string[]) => Object.fromEntries(ids.map((id) => [id, started(id)]));

describe('probes', () => {
  test('a resource of unknown state is probed everywhere before it starts', () => {
    const nodes = [{ name: 'n1' }, { name: 'n2' }];
    expect(graph(cluster({ nodes, resources: [primitive('a')] }))).toEqual([
      'a_start_0 n1 <- a_monitor_0 n1, a_monitor_0 n2',
      'a_monitor_0 n2',
      'a_monitor_0 n1',
    ]);
  });

  test('nothing is probed where the state is known', () => {
    const nodes = [{ name: 'n1', histories: idle('a') }];
    expect(graph(cluster({ nodes, resources: [primitive('a')] }))).toEqual(['a_start_0 n1']);
  });
});

describe('failures', () => {
  test('a failed monitor restarts the resource in place', () => {
    const failed = [...started('a'), { ...operation('a', 'monitor', 3, 1, 0), intervalMs: 10_000, id: 'm' }];
    const { decisions } = computeTransition(
      cluster({ nodes: [{ name: 'n1', histories: { a: failed } }], resources: [primitive('a')] }),
    );
    expect(decisions.map(({ verb, subject }) => `${verb} ${subject}`)).toEqual(['Recover a']);
  });

  test('a failed stop blocks the resource while fencing is off', () => {
    const failed = [...started('a'), operation('a', 'stop', 3, 1, 0)];
    const { graph: result } = computeTransition(
      cluster({ nodes: [{ name: 'n1', histories: { a: failed } }], resources: [primitive('a')] }),
    );
    expect(result.synapses).toEqual([]);
  });
});

describe('orderings', () => {
  test('a mandatory order starts forwards and stops backwards', () => {
    const resources = (role: string): Resource[] => [
      primitive('a', { 'target-role': role }),
      primitive('b', { 'target-role': role }),
    ];
    const constraints = [order('a', 'b')];
    const start = cluster({
      nodes: [{ name: 'n1', histories: idle('a', 'b') }],
      resources: resources('Started'),
      constraints,
    });
    expect(graph(start)).toEqual(['a_start_0 n1', 'b_start_0 n1 <- a_start_0 n1']);
    const stop = cluster({
      nodes: [{ name: 'n1', histories: up('a', 'b') }],
      resources: resources('Stopped'),
      constraints,
    });
    expect(graph(stop)).toEqual(['a_stop_0 n1 <- b_stop_0 n1', 'b_stop_0 n1']);
  });

  test('a set that does not say whether it is sequential is ordered with every member of the next', () => {
    const set = (id: string, members: string[], more: Record<string, string>) => ({
      id,
      members,
      attributes: more,
    });
    const starts = (more: Record<string, string>) => {
      const sets = [set('one', ['a'], {}), set('two', ['b', 'c'], more)];
      const constraints = [{ kind: 'order', id: 'o', sets } as Constraint];
      const nodes = [{ name: 'n1', histories: idle('a', 'b', 'c') }];
      return graph(cluster({ nodes, resources: ['a', 'b', 'c'].map((id) => primitive(id)), constraints })).at(
        -1,
      );
    };
    expect(starts({})).toBe('c_start_0 n1 <- a_start_0 n1, b_start_0 n1');
    expect(starts({ sequential: 'true' })).toBe('c_start_0 n1 <- b_start_0 n1');
  });

  test('the first of several orders of the same actions decides: one that only keeps them apart restarts nothing', () => {
    const both = [order('a', 'b', { orderKind: 'Serialize', id: 'one' }), order('a', 'b', { id: 'two' })];
    const nodes = [{ name: 'n1', histories: { ...idle('a'), ...up('b') } }];
    const started = (constraints: readonly Constraint[]) =>
      graph(cluster({ nodes, resources: [primitive('a'), primitive('b')], constraints }));
    expect(started(both)).toEqual(['a_start_0 n1']);
    expect(started(both.toReversed())).toContain('b_stop_0 n1');
  });

  test('what comes after something that cannot start is stopped, with the reason', () => {
    const nodes = [{ name: 'n1', histories: { ...idle('a'), ...up('b') } }];
    const resources = [primitive('a', { 'target-role': 'Stopped' }), primitive('b')];
    const { decisions } = computeTransition(cluster({ nodes, resources, constraints: [order('a', 'b')] }));
    expect(decisions).toMatchObject([{ verb: 'Stop', subject: 'b', reason: 'unrunnable a start' }]);
  });
});

describe('fencing and quorum', () => {
  const lost = (fencing: boolean) =>
    cluster({
      nodes: [
        { name: 'n1', histories: idle('a', 'f') },
        { name: 'n2', online: false, histories: up('a') },
      ],
      resources: [primitive('f', {}, { class: 'stonith', type: 'fence_test' }), primitive('a')],
      options: { 'fencing-enabled': String(fencing) },
    });

  test('a lost node is fenced before its resources start elsewhere; their stops are implied', () => {
    const actions = graph(lost(true));
    expect(actions).toContain('stonith-n2-reboot n2');
    expect(actions).toContain('a_stop_0 - <- stonith-n2-reboot n2');
    expect(actions.find((line) => line.startsWith('a_start_0'))).toBe(
      'a_start_0 n1 <- a_stop_0 -, stonith-n2-reboot n2',
    );
  });

  test('without quorum nothing starts and what runs is stopped', () => {
    const nodes = [{ name: 'n1', histories: { ...up('a'), ...idle('b') } }];
    const input = cluster({ nodes, resources: [primitive('a'), primitive('b')], quorum: false });
    expect(graph(input)).toEqual(['a_stop_0 n1']);
    const frozen = { ...input, configuration: { ...input.configuration } };
    const options = input.configuration.options.map((block) => ({
      ...block,
      pairs: [...block.pairs, { name: 'no-quorum-policy', value: 'freeze' }],
    }));
    expect(graph({ ...frozen, configuration: { ...frozen.configuration, options } })).toEqual([]);
  });
});

test('the same input gives the same output', () => {
  const input = () =>
    cluster({ nodes: [{ name: 'n1' }, { name: 'n2' }], resources: [primitive('a'), primitive('b')] });
  expect(JSON.stringify(computeTransition(input()).graph)).toBe(
    JSON.stringify(computeTransition(input()).graph),
  );
});

test('an instance of a clone that leaves its node migrates live, as other resources do', () => {
  const child = primitive('a', { 'allow-migrate': 'true' });
  const clone = {
    kind: 'clone',
    id: 'c',
    meta: attributes({ 'clone-max': '1' }),
    params: [],
    child,
  } as const;
  const nodes = [
    { name: 'n1', attributes: { standby: 'on' }, histories: up('a') },
    { name: 'n2', histories: idle('a') },
  ];
  const keys = graph(cluster({ nodes, resources: [clone] })).map((line) => line.split(' <-')[0]);
  expect(keys).toContain('a_migrate_to_0 n1');
  expect(keys).toContain('a_migrate_from_0 n2');
});
