import type { Bundle, ClusterInformation, Constraint, NodeState } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { attributes, cluster, operation, primitive, type SmallNode, started } from './small-cluster.ts';

function bundle(meta: Record<string, string>, more: Record<string, string> = {}): Bundle {
  return {
    kind: 'bundle',
    id: 'web',
    meta: attributes(meta),
    params: [],
    container: { runtime: 'podman', attributes: { image: 'x', replicas: '2', ...more } },
    network: { attributes: { 'control-port': '3121' }, portMappings: [] },
    storage: [],
    child: primitive('app'),
  };
}

/** Two hosts with a replica each, and what is inside running; a mark keeps `first` from starting. */
function up(
  more: Partial<Parameters<typeof cluster>[0]>,
  resource: Bundle,
  lost?: string,
): ClusterInformation {
  const nodes = ['n1', 'n2'].map((name, at): SmallNode => {
    const histories = {
      [`web-podman-${at}`]: started(`web-podman-${at}`),
      [`web-${at}`]: started(`web-${at}`),
    };
    return { name, histories, online: name !== lost };
  });
  const input = cluster({ nodes, resources: [resource], ...more });
  const hosts = input.status.nodes.map((node) => ({
    ...node,
    resources: node.resources.map((history) => {
      const agent = history.id.includes('podman') ? 'podman' : 'remote';
      return { ...history, provider: agent === 'podman' ? 'heartbeat' : 'pacemaker', type: agent };
    }),
  }));
  const replicas = [0, 1].map((at): NodeState => {
    const operations = [...started('app'), operation('app', 'promote', 3)];
    return {
      id: `web-${at}`,
      name: `web-${at}`,
      remoteNode: true,
      transientAttributes: attributes({ 'master-app': '5' }),
      hasHistory: true,
      resources: [
        {
          id: 'app',
          class: 'ocf',
          provider: 'test',
          type: 'Dummy',
          operations: at === 0 && resource.container.attributes['promoted-max'] ? operations : started('app'),
        },
      ],
    };
  });
  return { ...input, status: { ...input.status, nodes: [...hosts, ...replicas] } };
}

function actionsOf(input: ClusterInformation) {
  return computeTransition(input).graph.synapses.map(({ action }) => action);
}

function keysOf(input: ClusterInformation): string[] {
  return actionsOf(input).map(({ operationKey }) => operationKey);
}

function inputsOf(input: ClusterInformation, key: string): string[] {
  const { synapses } = computeTransition(input).graph;
  const keys = new Map(synapses.map(({ action }) => [action.id, action.operationKey]));
  const found = synapses.find(({ action }) => action.operationKey === key);
  return (found?.inputs ?? []).map((id) => keys.get(id) ?? '');
}

const nowhere = ['n1', 'n2'].map(
  (node): Constraint => ({
    kind: 'location',
    id: `not-${node}`,
    resource: 'web-podman-0',
    node,
    score: '-INFINITY',
    sets: [],
    rules: [],
  }),
);

describe('marks of bundles', () => {
  test('stand around a start that is wanted but impossible, with nobody to be told of it', () => {
    const keys = keysOf(up({ constraints: nowhere }, bundle({ notify: 'true' })));
    expect(keys).toContain('web-podman-0_stop_0');
    expect(keys).toContain('web-clone_pre_notify_start_0');
    expect(keys).not.toContain('app:0_start_0');
    expect(keys).not.toContain('app:1_pre_notify_start_0');
  });

  test('of the beginning of a demotion are left out where only an ordering makes the instance go down', () => {
    const order: Constraint = { kind: 'order', id: 'o', sets: [], first: 'first', then: 'web' };
    const resources = [primitive('first', { 'target-role': 'Stopped' }), bundle({}, { 'promoted-max': '1' })];
    const nodes = { resources, constraints: [order] };
    const keys = keysOf(up(nodes, bundle({}, { 'promoted-max': '1' })));
    expect(keys).toContain('web-master_demote_0');
    expect(keys).toContain('web_demoted_0');
    expect(keys).not.toContain('web_demote_0');
  });

  test('say which container stopped with a fenced host', () => {
    const device = primitive('fence', {}, { class: 'stonith', type: 'test' });
    const resource = bundle({ notify: 'true' });
    const input = up(
      { resources: [device, resource], options: { 'fencing-enabled': 'true' } },
      resource,
      'n1',
    );
    const stop = actionsOf(input).find(({ operationKey }) => operationKey === 'web-podman-0_stop_0');
    expect(stop?.attributes['CRM_meta_notify_stop_resource']).toBe('web-podman-0');
    expect(stop?.attributes['CRM_meta_notify_stop_uname']).toBe('n1');
  });
});

describe('probes of containers', () => {
  const { child: _child, ...empty } = bundle({});
  const perHost = (count: string): Bundle => ({
    ...empty,
    container: {
      ...empty.container,
      attributes: { ...empty.container.attributes, 'replicas-per-host': count },
    },
  });

  test('come before another replica starts there, if a host has room for only one', () => {
    const one = cluster({ nodes: [{ name: 'n1' }], resources: [perHost('1')] });
    expect(inputsOf(one, 'web-podman-0_start_0')).toContain('web-podman-1_monitor_0');
    const two = cluster({ nodes: [{ name: 'n1' }], resources: [perHost('2')] });
    expect(inputsOf(two, 'web-podman-0_start_0')).not.toContain('web-podman-1_monitor_0');
  });

  test('are waited for by what is inside only where the container has a host', () => {
    const inputs = inputsOf(
      cluster({ nodes: [{ name: 'n1' }], resources: [bundle({})] }),
      'web-clone_start_0',
    );
    expect(inputs).toContain('web-podman-0_monitor_0');
    expect(inputs).not.toContain('web-podman-1_monitor_0');
  });
});
