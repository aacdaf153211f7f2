import type { Bundle, Clone, Constraint } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { mergeSort } from '../src/assign/merge-sort.ts';
import { computeTransition } from '../src/index.ts';
import { attributes, cluster, primitive, started, stopped } from './small-cluster.ts';

const three = [{ name: 'n1' }, { name: 'n2' }, { name: 'n3' }];

function bundle(id: string, replicas: number, meta: Record<string, string> = {}): Bundle {
  return {
    kind: 'bundle',
    id,
    meta: attributes(meta),
    params: [],
    container: { runtime: 'podman', attributes: { image: 'x', replicas: String(replicas) } },
    network: { attributes: { 'control-port': '3121' }, portMappings: [] },
    storage: [],
    child: primitive(`${id}-app`),
  };
}

/** Keys of the actions a start waits for. */
function inputsOf(input: ReturnType<typeof cluster>, key: string): string[] {
  const { synapses } = computeTransition(input).graph;
  const keys = new Map(synapses.map(({ action }) => [action.id, action.operationKey]));
  const found = synapses.find(({ action }) => action.operationKey === key);
  return (found?.inputs ?? []).map((id) => keys.get(id) ?? '');
}

describe('bundles', () => {
  test('each container gets a host, and what is inside runs in its own replica', () => {
    const { state } = computeTransition(cluster({ nodes: three, resources: [bundle('web', 2)] }));
    const at = (id: string) => state.allResources.find((each) => each.id === id)?.assignedTo?.name;
    expect([at('web-podman-0'), at('web-podman-1')]).toEqual(['n1', 'n2']);
    expect([at('web-app:0'), at('web-app:1')]).toEqual(['web-0', 'web-1']);
  });

  test('what is inside a container that cannot run is blocked, not forgotten', () => {
    const input = cluster({ nodes: [{ name: 'n1' }], resources: [bundle('web', 2)] });
    const { state, graph } = computeTransition(input);
    const second = state.allResources.find(({ id }) => id === 'web-app:1');
    expect(second?.assignedTo?.name).toBe('web-1');
    expect(graph.synapses.some(({ action }) => action.operationKey === 'web-app:1_start_0')).toBe(false);
  });

  test('what must be with a bundle stays down only if none of its containers can start', () => {
    const nodes = [{ name: 'n1', histories: { p: stopped('p') } }];
    const together: Constraint = {
      kind: 'colocation',
      id: 'c',
      sets: [],
      resource: 'p',
      withResource: 'web',
      score: 'INFINITY',
    };
    const blocked = (options: Record<string, string>, quorum: boolean) => {
      const resources = [bundle('web', 2), primitive('p', { requires: 'nothing' })];
      const input = cluster({ nodes, resources, constraints: [together], options, quorum });
      return computeTransition(input).decisions.find(({ subject }) => subject === 'p')?.blocked;
    };
    expect(blocked({}, true)).toBe(false);
    expect(blocked({ 'no-quorum-policy': 'freeze' }, false)).toBe(true);
  });

  test('several replicas share a host as far as nothing inside needs the same port', () => {
    const { child, ...web } = bundle('web', 2);
    const attributes = { ...web.container.attributes, 'replicas-per-host': '2' };
    const container = { ...web.container, attributes };
    const started = (inside: Partial<Bundle>) => {
      const resources: Bundle[] = [{ ...web, container, ...inside }];
      const { decisions } = computeTransition(cluster({ nodes: [{ name: 'n1' }], resources }));
      return decisions.filter(({ subject }) => /podman/.test(subject)).map(({ subject }) => subject);
    };
    expect(started({})).toEqual(['web-podman-0', 'web-podman-1']);
    expect(started(child === undefined ? {} : { child })).toEqual(['web-podman-0']);
  });

  test('the utilization of what is inside counts on the host of its container', () => {
    const heavy = {
      ...bundle('web', 1),
      child: primitive('app', {}, { utilization: attributes({ cpu: '2' }) }),
    };
    const nodes = [
      { name: 'n1', utilization: { cpu: '1' } },
      { name: 'n2', utilization: { cpu: '4' } },
    ];
    const options = { 'placement-strategy': 'utilization' };
    const { state } = computeTransition(cluster({ nodes, resources: [heavy], options }));
    expect(state.allResources.find(({ id }) => id === 'web-podman-0')?.assignedTo?.name).toBe('n2');
  });
});

describe('what goes in circles', () => {
  test('colocations: an active clone is not stopped for a bundle that has no nodes yet', () => {
    const inLoop: Clone = { kind: 'clone', id: 'c', meta: [], params: [], child: primitive('a') };
    const together = (resource: string, withResource: string, score: string): Constraint => ({
      kind: 'colocation',
      id: `${resource}-${withResource}`,
      sets: [],
      resource,
      withResource,
      score,
    });
    const constraints = [
      together('p', 'c', '500'),
      together('web', 'p', 'INFINITY'),
      together('c', 'web', 'INFINITY'),
    ];
    const nodes = [{ name: 'n1', histories: { a: started('a') } }];
    const resources = [bundle('web', 1), inLoop, primitive('p')];
    const { decisions } = computeTransition(cluster({ nodes, resources, constraints }));
    expect(decisions.filter(({ verb }) => verb === 'Stop')).toEqual([]);
  });

  test('comparisons: sorting by merging gives the same order each time', () => {
    // Stone, paper, scissors: 0 before 1, 1 before 2, 2 before 0.
    const compare = (a: number, b: number) => ((b - a + 3) % 3 === 1 ? -1 : 1);
    expect(mergeSort([0, 1, 2], compare)).toEqual([0, 1, 2]);
    expect(mergeSort([1, 0, 2], compare)).toEqual([1, 2, 0]);
    expect(mergeSort([3, 1, 2, 1.5], (a, b) => Math.trunc(a) - Math.trunc(b))).toEqual([1, 1.5, 2, 3]);
  });
});

test('an instance of an ordered clone starts after all earlier ones', () => {
  const clone: Clone = {
    kind: 'clone',
    id: 'c',
    meta: attributes({ ordered: 'true' }),
    params: [],
    child: primitive('a'),
  };
  const inputs = inputsOf(cluster({ nodes: three, resources: [clone] }), 'a:2_start_0');
  expect(inputs).toContain('a:0_start_0');
  expect(inputs).toContain('a:1_start_0');
});
