import type { ClusterInformation } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { cluster, operation, primitive, started, stopped } from './small-cluster.ts';

const placed = (input: ClusterInformation): string | undefined =>
  computeTransition(input).state.allResources.find(({ id }) => id === 'a')?.assignedTo?.name;

/** n1 was shut down cleanly; a ran there and stopped with it. Now it is 2000. */
function afterShutdown(options: Record<string, string>, lockedSince?: string): ClusterInformation {
  const gone = [...started('a'), operation('a', 'stop', 3)];
  const input = cluster({
    nodes: [
      { name: 'n1', online: false, histories: { a: gone } },
      { name: 'n2', histories: { a: stopped('a') } },
    ],
    resources: [primitive('a')],
    options,
  });
  const nodes = input.status.nodes.map((node) => ({
    ...node,
    expected: node.name === 'n1' ? 'down' : 'member',
    resources: node.resources.map((history) =>
      node.name === 'n1' && lockedSince !== undefined
        ? { ...history, extra: { 'shutdown-lock': lockedSince } }
        : history,
    ),
  }));
  return { ...input, status: { ...input.status, nodes } };
}

describe('a shutdown lock', () => {
  const locks = { 'shutdown-lock': 'true' };

  test('keeps a resource for the node that was shut down', () => {
    expect(placed(afterShutdown(locks, '1900'))).toBeUndefined();
  });

  test('holds only with the option, and only for what has one', () => {
    expect(placed(afterShutdown({}, '1900'))).toBe('n2');
    expect(placed(afterShutdown(locks))).toBe('n2');
  });

  test('ends after its limit, not at it; the history that tells of it is then deleted', () => {
    const limited = { ...locks, 'shutdown-lock-limit': '100' };
    expect(placed(afterShutdown(limited, '1900'))).toBeUndefined();
    expect(placed(afterShutdown(limited, '1899'))).toBe('n2');
    const keys = computeTransition(afterShutdown(limited, '1899')).graph.synapses.map(
      ({ action }) => `${action.operationKey} ${action.onNode}`,
    );
    expect(keys).toContain('a_lrm_delete_0 n1');
  });

  test('is looked at again when its limit is reached', () => {
    const { header } = computeTransition(
      afterShutdown({ ...locks, 'shutdown-lock-limit': '1000' }, '1900'),
    ).graph;
    expect(header['recheck-by']).toBe('2901');
  });
});

test('a stop on a node that shuts down carries the time at which that began', () => {
  const nodes = [
    { name: 'n1', attributes: { shutdown: '1990' }, histories: { a: started('a') } },
    { name: 'n2', histories: { a: stopped('a') } },
  ];
  const stop = (options: Record<string, string>) => {
    const { synapses } = computeTransition(cluster({ nodes, resources: [primitive('a')], options })).graph;
    return synapses.map(({ action }) => action).find(({ operationKey }) => operationKey === 'a_stop_0');
  };
  expect(stop({ 'shutdown-lock': 'true' })?.shutdownLock).toBe('1990');
  expect(stop({})?.shutdownLock).toBeUndefined();
});
