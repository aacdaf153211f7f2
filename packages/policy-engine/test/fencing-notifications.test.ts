import type { Clone } from '@holdfast/model';
import { expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { attributes, cluster, primitive, started, stopped } from './small-cluster.ts';

test('members of a cloned group that restart are told first of the instance whose node was fenced', () => {
  const clone: Clone = {
    kind: 'clone',
    id: 'sites',
    meta: attributes({ notify: 'true' }),
    params: [],
    child: {
      kind: 'group',
      id: 'site',
      meta: [],
      params: [],
      members: [primitive('data'), primitive('web')],
    },
  };
  const { graph } = computeTransition(
    cluster({
      nodes: [
        { name: 'n1', online: false, histories: { web: started('web') } },
        { name: 'n2', histories: { data: stopped('data'), web: started('web'), fence: started('fence') } },
      ],
      resources: [clone, primitive('fence', {}, { class: 'stonith', type: 'test' })],
      options: { 'fencing-enabled': 'true' },
    }),
  );
  const told = graph.synapses.flatMap(({ action }) =>
    action.operation === 'notify' && action.onNode === 'n2' ? (action.operationKey ?? []) : [],
  );
  expect(told).toContain('web_post_notify_stop_0');
});
