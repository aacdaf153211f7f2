import type { ClusterInformation, ResourceHistory } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { type ComputeOptions, computeTransition, RUNNING_CLUSTER } from '../src/index.ts';
import { attributes, cluster, operation, primitive, started, stopped } from './small-cluster.ts';

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
  return decided(input, options);
}

function decided(input: ClusterInformation, options: ComputeOptions): string[] {
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

describe('what needs a group of which a member stays blocked', () => {
  /** The second member runs where nothing may be stopped; the rest of the group and `app` could start on the other. */
  function inMaintenance(app: Operations, options: ComputeOptions): string[] {
    const input = cluster({
      nodes: [
        { name: 'n1', histories: { data: stopped('data'), address: stopped('address'), app } },
        {
          name: 'n2',
          histories: { data: stopped('data'), address: started('address'), app: stopped('app') },
        },
      ],
      resources: [
        {
          kind: 'group',
          id: 'site',
          meta: [],
          params: [],
          members: [primitive('data'), primitive('address')],
        },
        primitive('app'),
      ],
      constraints: [{ kind: 'order', id: 'after-site', first: 'site', then: 'app', sets: [] }],
    });
    const { configuration } = input;
    const nodes = configuration.nodes.map((node) =>
      node.name === 'n2' ? { ...node, attributes: attributes({ maintenance: 'true' }) } : node,
    );
    return decided({ ...input, configuration: { ...configuration, nodes } }, options);
  }

  // Seed 103824 of the simulator found it.
  test('does not start in a running cluster: it would wait for something that is not in the graph', () => {
    expect(inMaintenance(stopped('app'), RUNNING_CLUSTER)).toEqual([
      'Start data (blocked)',
      'Start app (blocked)',
    ]);
  });

  test('starts in the plan of the reference', () => {
    expect(inMaintenance(stopped('app'), {})).toEqual(['Start data (blocked)', 'Start app']);
  });

  // Seed 123558 of the simulator found it: the restart began beside the member that was stopped.
  test('is stopped where it runs, and stays so until the group can be whole', () => {
    expect(inMaintenance(started('app'), RUNNING_CLUSTER)).toEqual(['Start data (blocked)', 'Stop app']);
    expect(inMaintenance(started('app'), {})).toEqual(['Start data (blocked)', 'Restart app']);
  });
});
