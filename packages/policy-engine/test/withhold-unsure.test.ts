import type { ResourceHistory } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition, RUNNING_CLUSTER } from '../src/index.ts';
import { cluster, operation, primitive, started } from './small-cluster.ts';

type Operations = ResourceHistory['operations'];

/** A group of which the first member is not managed. What is decided about it. */
function decisions(data: Operations, address: Operations, options = RUNNING_CLUSTER): string[] {
  const input = cluster({
    nodes: [{ name: 'n1', histories: { data, address } }],
    resources: [
      {
        kind: 'group',
        id: 'site',
        meta: [],
        params: [],
        members: [primitive('data', { 'is-managed': 'false' }), primitive('address')],
      },
    ],
  });
  return computeTransition(input, options).decisions.map(
    ({ verb, subject, blocked }) => `${verb} ${subject}${blocked ? ' (blocked)' : ''}`,
  );
}

const UNSURE = [operation('data', 'monitor', 1, 1, 7)];
const STOPPED = [operation('address', 'monitor', 1, 7, 7)];

describe('what needs a failed resource that is not managed', () => {
  // Seeds of the simulator found it (71216 without fencing, 90025 in maintenance).
  test('does not start in a running cluster: a probe that ended with an error tells of nothing active', () => {
    expect(decisions(UNSURE, STOPPED)).toEqual(['Start address (blocked)']);
  });

  test('starts in the plan of the reference', () => {
    expect(decisions(UNSURE, STOPPED, {})).toEqual(['Start address']);
  });

  test('starts where the resource is well', () => {
    expect(decisions(started('data'), STOPPED)).toEqual(['Start address']);
  });

  // Another one (101167): a recovery is a start, too.
  test('is not recovered, if it has failed itself', () => {
    const failed = [...started('address'), operation('address', 'monitor', 3, 1, 0)];
    expect(decisions(UNSURE, failed)).toEqual(['Stop address']);
    expect(decisions(UNSURE, failed, {})).toEqual(['Recover address']);
    expect(decisions(started('data'), failed)).toEqual(['Recover address']);
  });

  test('goes on where it runs', () => {
    expect(
      decisions([...started('data'), operation('data', 'monitor', 3, 1, 0)], started('address')),
    ).toEqual([]);
  });
});
