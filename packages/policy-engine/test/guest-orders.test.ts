import type { Constraint, NodeState } from '@holdfast/model';
import { expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { cluster, operation, primitive, started } from './small-cluster.ts';

// An order between a guest and what runs in it made a loop: the host waited for what only ends with it.
test('a failed host of a guest stops without waiting for what runs in the guest', () => {
  const failure = {
    ...operation('vm', 'monitor', 3, 1, 0),
    operationKey: 'vm_monitor_10000',
    intervalMs: 10_000,
  };
  const order: Constraint = { kind: 'order', id: 'order', first: 'vm', then: 'app', sets: [] };
  const input = cluster({
    nodes: [
      {
        name: 'n1',
        histories: { vm: [...started('vm'), failure], g: started('g'), fence: started('fence') },
      },
    ],
    resources: [
      primitive('vm', { 'remote-node': 'g' }),
      primitive('app'),
      primitive('fence', {}, { class: 'stonith', type: 'test' }),
    ],
    constraints: [order],
    options: { 'fencing-enabled': 'true' },
  });
  const app = { id: 'app', class: 'ocf', provider: 'test', type: 'Dummy', operations: started('app') };
  const guest: NodeState = {
    id: 'g',
    name: 'g',
    remoteNode: true,
    transientAttributes: [],
    hasHistory: true,
    resources: [app],
  };
  const { graph } = computeTransition({
    ...input,
    status: { ...input.status, nodes: [...input.status.nodes, guest] },
  });
  const keyOf = new Map(graph.synapses.map(({ action }) => [action.id, action.operationKey]));
  const inputsOf = (key: string) =>
    graph.synapses.find(({ action }) => action.operationKey === key)?.inputs.map((id) => keyOf.get(id));
  expect(inputsOf('app_stop_0')).toEqual(['stonith-g-reboot']);
  expect(inputsOf('stonith-g-reboot')).toEqual(['vm_stop_0']);
  expect(inputsOf('vm_stop_0')).not.toContain('app_stop_0');
});
