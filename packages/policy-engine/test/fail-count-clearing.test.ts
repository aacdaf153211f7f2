import type { ClusterInformation, OperationRecord } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { cluster, operation, primitive, started } from './small-cluster.ts';

/** Where failures are forgotten. */
const clears = (input: ClusterInformation): string[] =>
  computeTransition(input)
    .graph.synapses.map(({ action }) => `${action.operationKey} ${action.onNode}`)
    .filter((each) => each.includes('clear_failcount'));

/** A start of a that failed on n1 at this time; now it is 2000. */
function failed(at: number, more: { meta?: Record<string, string>; record?: Partial<OperationRecord> } = {}) {
  const failure = {
    ...operation('a', 'start', 2, 1, 0),
    id: 'a_last_failure_0',
    lastRcChange: at,
    ...more.record,
  };
  const attributes = { 'fail-count-a#start_0': 'INFINITY', 'last-failure-a#start_0': String(at) };
  return cluster({
    nodes: [
      { name: 'n1', attributes, histories: { a: [operation('a', 'monitor', 1, 7, 7), failure] } },
      { name: 'n2', histories: { a: started('a') } },
    ],
    resources: [primitive('a', more.meta)],
  });
}

describe('failures are forgotten, with an action that says so,', () => {
  test('once the failure timeout is over', () => {
    const meta = { 'failure-timeout': '100' };
    expect(clears(failed(1899, { meta }))).toEqual(['a_clear_failcount_0 n1']);
    expect(clears(failed(1950, { meta }))).toEqual([]);
    expect(clears(failed(1899))).toEqual([]);
  });

  test('when they happened with other parameters', () => {
    const changed = { opDigest: 'of-something-else' };
    expect(clears(failed(1950, { record: changed }))).toEqual(['a_clear_failcount_0 n1']);
    expect(clears(failed(1950))).toEqual([]);
  });

  test('when the resource is not configured any more', () => {
    const { configuration, ...rest } = failed(1950);
    const removed = { ...rest, configuration: { ...configuration, resources: [] } };
    expect(clears(removed)).toEqual(['a_clear_failcount_0 n1']);
  });
});

test('only on a node that is up', () => {
  const { status, ...rest } = failed(1899, { meta: { 'failure-timeout': '100' } });
  const nodes = status.nodes.map((node) =>
    node.name === 'n1' ? { ...node, inCcm: 'false', crmd: 'offline', join: 'down' } : node,
  );
  expect(clears({ ...rest, status: { ...status, nodes } })).toEqual([]);
});

test('what is forgotten bans no longer', () => {
  const places = (at: number): string | undefined => {
    const meta = { 'failure-timeout': '100', 'resource-stickiness': '0' };
    const input = failed(at, { meta });
    const location = { kind: 'location', id: 'l', resource: 'a', node: 'n1', score: '10' } as const;
    const constraints = [{ ...location, sets: [], rules: [] }];
    const wanted = { ...input, configuration: { ...input.configuration, constraints } };
    return computeTransition(wanted).state.allResources[0]?.assignedTo?.name;
  };
  expect(places(1950)).toBe('n2');
  expect(places(1899)).toBe('n1');
});
