import type { ClusterInformation } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { attributes, cluster, primitive, started, stopped } from './small-cluster.ts';

/** Rules that comparing generated clusters with the reference brought to light. */

function keys(input: ClusterInformation): string[] {
  const { synapses } = computeTransition(input).graph;
  return synapses.map(({ action }) => `${action.operationKey} ${action.onNode ?? '-'}`);
}

describe('a node in standby', () => {
  test('keeps the histories of removed resources', () => {
    const histories = { gone: stopped('gone') };
    const nodes = [
      { name: 'n1', attributes: { standby: 'on' }, histories },
      { name: 'n2', histories },
    ];
    expect(keys(cluster({ nodes, resources: [] }))).toEqual(['gone_delete_0 n2']);
  });

  test('keeps recurring operations that are not configured any more', () => {
    const monitor = {
      ...started('a')[1],
      id: 'a_monitor_10000',
      operation: 'monitor',
      operationKey: 'a_monitor_10000',
    };
    const recurring = { ...monitor, intervalMs: 10_000, callId: 3 } as ReturnType<typeof started>[number];
    const resources = [primitive('a', { 'is-managed': 'false' })];
    const nodes = (standby: string) => [
      { name: 'n1', attributes: { standby }, histories: { a: [...started('a'), recurring] } },
    ];
    expect(keys(cluster({ nodes: nodes('off'), resources }))).toEqual(['a_monitor_10000 n1']);
    expect(keys(cluster({ nodes: nodes('on'), resources }))).toEqual([]);
  });
});

test('a remote node whose maintenance is not what is recorded of it is updated', () => {
  const remote = primitive('far', {}, { class: 'ocf', provider: 'pacemaker', type: 'remote' });
  const base = cluster({ nodes: [{ name: 'n1', histories: { far: started('far') } }], resources: [remote] });
  const state = (recorded: string, maintenance: string): ClusterInformation => ({
    ...base,
    status: {
      ...base.status,
      nodes: [
        ...base.status.nodes,
        {
          id: 'far',
          name: 'far',
          remoteNode: true,
          inCcm: 'true',
          crmd: 'online',
          transientAttributes: attributes({ maintenance }),
          resources: [],
          hasHistory: true,
          extra: { node_in_maintenance: recorded },
        },
      ],
    },
  });
  const update = (input: ClusterInformation) =>
    computeTransition(input).graph.synapses.flatMap(({ action }) => action.maintenance ?? []);
  expect(update(state('1', 'false'))).toEqual([{ id: 'far', inMaintenance: '0' }]);
  expect(update(state('0', 'true'))).toEqual([{ id: 'far', inMaintenance: '1' }]);
  expect(update(state('1', 'true'))).toEqual([]);
});
