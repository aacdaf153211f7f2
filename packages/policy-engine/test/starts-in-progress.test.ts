import type { Constraint, Resource } from '@holdfast/model';
import { expect, test } from 'vitest';
import { type ComputeOptions, computeTransition } from '../src/index.ts';
import { cluster, operation, primitive, started, stopped } from './small-cluster.ts';

const SITE: Resource = {
  kind: 'group',
  id: 'site',
  meta: [],
  params: [],
  members: [primitive('data'), primitive('address')],
};
const AFTER_SITE: Constraint = { kind: 'order', id: 'after-site', first: 'site', then: 'web', sets: [] };

/** What `web` waits for while the start of `address`, the last of a group before it, is in progress. */
function inputsOfWeb(options: ComputeOptions): string[] {
  const starting = { ...operation('address', 'start', 2), opStatus: -1, rcCode: 193, callId: -1 };
  const input = cluster({
    nodes: [
      {
        name: 'n1',
        histories: {
          data: started('data'),
          address: [...stopped('address'), starting],
          web: stopped('web'),
        },
      },
    ],
    resources: [SITE, primitive('web')],
    constraints: [AFTER_SITE],
  });
  const { synapses } = computeTransition(input, options).graph;
  const keys = new Map(synapses.map(({ action }) => [action.id, action.operationKey]));
  const web = synapses.find(({ action }) => action.operationKey === 'web_start_0');
  if (web === undefined) throw new Error('web does not start');
  return web.inputs.map((id) => keys.get(id) ?? String(id));
}

test('what depends on a start that is in progress waits for its end, where that is asked for', () => {
  expect(inputsOfWeb({ awaitStarts: true })).toEqual(['address_start_0']);
});

test('the graph of the reference has no such input', () => {
  expect(inputsOfWeb({})).toEqual([]);
});
