import { expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { cluster, operation, primitive } from './small-cluster.ts';

/** A promoted or plain resource that ran on n1 or n2, of which n2 is lost; n1 counts half of the members. */
function delays(init: {
  on: string;
  priority?: string;
  members?: number;
  options?: Record<string, string>;
}): (string | undefined)[] {
  const { on, priority = '5', members = 2, options = { 'priority-fencing-delay': '15s' } } = init;
  const running = (name: string) => ({ a: [operation('a', name === on ? 'start' : 'stop', 2)] });
  const nodes = Array.from({ length: members }, (_unused, at) => `n${at + 1}`).map((name) => ({
    name,
    online: name !== 'n2',
    histories: running(name),
  }));
  const device = primitive('fence', {}, { class: 'stonith', type: 'fence_test' });
  const { provider: _none, ...fence } = device;
  const { synapses } = computeTransition(
    cluster({
      nodes,
      resources: [fence, primitive('a', { priority })],
      options: { 'fencing-enabled': 'true', ...options },
    }),
  ).graph;
  return synapses
    .map(({ action }) => action)
    .filter(({ operation: task }) => task === 'stonith')
    .map(({ attributes }) => attributes['CRM_meta_priority_fencing_delay']);
}

test('fencing the node with the more important resources is delayed, so that it wins a race', () => {
  expect(delays({ on: 'n2' })).toEqual(['15']);
  expect(delays({ on: 'n1' })).toEqual(['0']);
});

test('nothing is delayed if all are worth the same, or nobody asked for it', () => {
  expect(delays({ on: 'n2', priority: '0' })).toEqual(['0']);
  expect(delays({ on: 'n2', options: {} })).toEqual([undefined]);
});

test('a majority does not race', () => {
  expect(delays({ on: 'n2', members: 3 })).toEqual(['0']);
});
