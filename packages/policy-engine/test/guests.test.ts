import type { Bundle, Clone, Constraint, NodeState, OperationRecord, Primitive } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { formatScores } from '../src/output/scores-text.ts';
import {
  attributes,
  cluster,
  operation,
  primitive,
  type SmallNode,
  started,
  stopped,
} from './small-cluster.ts';

type Input = ReturnType<typeof cluster>;

/** `vm` hosts the guest node `g`; the instances of `c` may run there, too. */
const vm = primitive('vm', { 'remote-node': 'g' });
const clone: Clone = { kind: 'clone', id: 'c', meta: [], params: [], child: primitive('a') };
const web: Bundle = {
  kind: 'bundle',
  id: 'web',
  meta: [],
  params: [],
  container: { runtime: 'podman', attributes: { image: 'x', replicas: '1' } },
  network: { attributes: { 'control-port': '3121' }, portMappings: [] },
  storage: [],
  child: primitive('app'),
};

/** The same histories, as those of the agents named. */
function withAgents(input: Input, agents: Record<string, { provider: string; type: string }>): Input {
  const nodes = input.status.nodes.map((node) => ({
    ...node,
    resources: node.resources.map((history) => ({ ...history, ...agents[history.id] })),
  }));
  return { ...input, status: { ...input.status, nodes } };
}

/** The guest is up on n1, both other nodes know everything. */
function withGuest(more: Partial<Parameters<typeof cluster>[0]> = {}): Input {
  const none = Object.fromEntries(['a', 'web-podman-0', 'web-0'].map((id) => [id, stopped(id)]));
  const nodes: SmallNode[] = [
    { name: 'n1', histories: { ...none, vm: started('vm'), g: started('g') } },
    { name: 'n2', histories: { ...none, vm: stopped('vm'), g: stopped('g') } },
  ];
  const guest: NodeState = {
    id: 'g',
    name: 'g',
    remoteNode: true,
    transientAttributes: [],
    hasHistory: true,
    resources: [],
  };
  const input = cluster({ nodes, resources: [vm, clone], ...more });
  const remote = { provider: 'pacemaker', type: 'remote' };
  const container = { provider: 'heartbeat', type: 'podman' };
  const all = { ...input, status: { ...input.status, nodes: [...input.status.nodes, guest] } };
  return withAgents(all, { g: remote, 'web-0': remote, 'web-podman-0': container });
}

function probesIn(input: Input, node: string): string[] {
  const { synapses } = computeTransition(input).graph;
  return synapses
    .filter(({ action }) => action.operation === 'monitor' && action.onNode === node)
    .map(({ action }) => action.resource?.id ?? '');
}

/** What an action waits for: keys, for fencing also the node. */
function inputsOf(input: Input, key: string): string[] {
  const { synapses } = computeTransition(input).graph;
  const names = new Map(
    synapses.map(({ action }) => [action.id, `${action.operationKey} ${action.onNode ?? ''}`.trim()]),
  );
  const found = synapses.find(({ action }) => action.operationKey === key);
  return (found?.inputs ?? []).map((id) => names.get(id) ?? '').sort();
}

describe('probes in guests', () => {
  const away: Constraint = {
    kind: 'location',
    id: 'l',
    resource: 'vm',
    node: 'n1',
    score: '-INFINITY',
    sets: [],
    rules: [],
  };

  test('a guest that stays is probed', () => {
    expect(probesIn(withGuest(), 'g')).toEqual(['a']);
  });

  const moving = withGuest({ constraints: [away] });

  test('nothing is probed in a guest whose container moves', () => {
    expect(probesIn(moving, 'g')).toEqual([]);
  });

  test('a guest whose container restarts where it is is probed', () => {
    const changed = { ...vm, params: attributes({ memory: '2G' }) };
    const input = withGuest({ resources: [changed, clone] });
    expect(computeTransition(input).decisions.map(({ verb, subject }) => `${verb} ${subject}`)).toContain(
      'Restart vm',
    );
    expect(probesIn(input, 'g')).toEqual(['a']);
  });

  test('starts wait for the stop of a container that moves', () => {
    expect(inputsOf(moving, 'c_start_0')).toEqual(['vm_stop_0 n1']);
  });

  test('a guest that is only restarted in its place is probed', () => {
    const changed = primitive('vm', { 'remote-node': 'g' }, { params: attributes({ memory: '2' }) });
    const input = withGuest({ resources: [changed, clone] });
    expect(computeTransition(input).decisions).toMatchObject([{ verb: 'Restart' }, {}, {}, {}, {}]);
    expect(probesIn(input, 'g')).toEqual(['a']);
  });

  test('nothing is probed in a guest that migrates live', () => {
    const live = primitive('vm', { 'remote-node': 'g', 'allow-migrate': 'true' });
    const input = withGuest({ resources: [live, clone], constraints: [away] });
    expect(probesIn(input, 'g')).toEqual([]);
  });

  test('containers of bundles are not probed in guests', () => {
    expect(probesIn(withGuest({ resources: [vm, clone, web] }), 'g')).toEqual(['a']);
  });
});

describe('a bundle whose host is fenced', () => {
  test('the stop of the container waits for the fencing', () => {
    const device: Primitive = { ...primitive('fence'), class: 'stonith', type: 'fence_test' };
    const histories = (act: (id: string) => OperationRecord[]) => ({
      'web-podman-0': act('web-podman-0'),
      'web-0': act('web-0'),
    });
    const input = cluster({
      nodes: [
        { name: 'n1', online: false, histories: histories(started) },
        { name: 'n2', histories: histories(stopped) },
      ],
      resources: [device, web],
      options: { 'fencing-enabled': 'true' },
    });
    const down = withAgents(input, {
      'web-0': { provider: 'pacemaker', type: 'remote' },
      'web-podman-0': { provider: 'heartbeat', type: 'podman' },
    });
    expect(inputsOf(down, 'web-podman-0_stop_0').filter((key) => key.includes('n1'))).toEqual([
      'stonith-n1-reboot n1',
    ]);
  });
});

test('a guest whose virtual machine is blocked keeps back no instance elsewhere', () => {
  const twice = primitive('vm', { 'remote-node': 'g', 'multiple-active': 'block' });
  const histories = { vm: started('vm') };
  const nodes: SmallNode[] = [
    { name: 'n1', histories },
    { name: 'n2', histories },
  ];
  const { decisions } = computeTransition(cluster({ nodes, resources: [twice, clone] }));
  const starts = decisions.filter(({ subject, toNode }) => subject.startsWith('a:') && toNode !== 'g');
  expect(starts.map(({ toNode, blocked }) => [toNode, blocked]).sort()).toEqual([
    ['n1', false],
    ['n2', false],
  ]);
});

describe('a replica', () => {
  const never = (resource: string, node: string): Constraint => ({
    kind: 'location',
    id: 'never',
    resource,
    node,
    score: '-INFINITY',
    sets: [],
    rules: [],
  });

  test('that is active where it goes, and elsewhere too, is probed', () => {
    const active = { 'web-podman-0': started('web-podman-0') };
    const nodes: SmallNode[] = ['n1', 'n2'].map((name) => ({ name, histories: active }));
    const input = withGuest({ nodes, resources: [web], constraints: [never('web-podman-0', 'n1')] });
    expect(probesIn(input, 'web-0')).toContain('app');
  });

  test('has its address only once it is placed, so until then failed connections to it count', () => {
    const failed = operation('web-0', 'start', 2, 1, 0);
    const histories = { 'web-0': [failed, { ...failed, id: 'web-0_last_failure_0' }] };
    const nodes: SmallNode[] = [
      { name: 'n1', histories, attributes: { 'fail-count-web-0#start_0': 'INFINITY' } },
      { name: 'n2' },
    ];
    const input = withGuest({ nodes, resources: [web], constraints: [never('web-podman-0', 'n2')] });
    const { state } = computeTransition(input);
    expect(state.allResources.find(({ id }) => id === 'web-0')?.assignedTo?.name).toBe('n2');
  });
});

describe('live migration', () => {
  const prefersN2: Constraint = {
    kind: 'location',
    id: 'l',
    resource: 'vm',
    node: 'n2',
    score: 'INFINITY',
    sets: [],
    rules: [],
  };

  test('of a virtual machine closes the connection into it unless it may migrate, too', () => {
    const verbOf = (meta: Record<string, string>) => {
      const machine = primitive('vm', { 'remote-node': 'g', 'allow-migrate': 'true', ...meta });
      const input = withGuest({ resources: [machine, clone], constraints: [prefersN2] });
      return computeTransition(input).decisions.find(({ subject }) => subject === 'g')?.verb;
    };
    expect(verbOf({})).toBe('Move');
    expect(verbOf({ 'remote-allow-migrate': 'true' })).toBe('Migrate');
  });

  test('away from a remote node happens before its connection moves', () => {
    const remote = primitive('r', {}, { provider: 'pacemaker', type: 'remote' });
    const moving = primitive('p', { 'allow-migrate': 'true' });
    const never = (resource: string, node: string): Constraint => ({
      ...(prefersN2 as Extract<Constraint, { kind: 'location' }>),
      id: `${resource}-${node}`,
      resource,
      node,
      score: '-INFINITY',
    });
    const nodes: SmallNode[] = [
      { name: 'n1', histories: { r: started('r'), p: stopped('p') } },
      { name: 'n2', histories: { r: stopped('r'), p: stopped('p') } },
    ];
    const constraints = [never('r', 'n1'), never('p', 'r'), never('p', 'n1')];
    const input = cluster({ nodes, resources: [remote, moving], constraints });
    const history = { id: 'p', class: 'ocf', provider: 'test', type: 'Dummy', operations: started('p') };
    const node: NodeState = {
      id: 'r',
      name: 'r',
      remoteNode: true,
      transientAttributes: [],
      hasHistory: true,
      resources: [history],
    };
    const status = { ...input.status, nodes: [...input.status.nodes, node] };
    const whole = withAgents({ ...input, status }, { r: { provider: 'pacemaker', type: 'remote' } });
    expect(inputsOf(whole, 'r_stop_0')).toContain('p_migrate_to_0 r');
  });
});

describe('a guest node', () => {
  const graphOf = (input: Input) => computeTransition(input).graph.synapses.map(({ action }) => action);

  test('in maintenance is recorded so, in numbers and apart from parameters', () => {
    const recorded = (value: string) => {
      const input = withGuest();
      const nodes = input.status.nodes.map((node) =>
        node.name === 'g'
          ? {
              ...node,
              transientAttributes: attributes({ maintenance: 'true' }),
              extra: { node_in_maintenance: value },
            }
          : node,
      );
      return graphOf({ ...input, status: { ...input.status, nodes } }).find(
        ({ operationKey }) => operationKey === 'maintenance_nodes',
      );
    };
    expect(recorded('1')).toBeUndefined();
    expect(recorded('true')?.maintenance).toEqual([{ id: 'g', inMaintenance: '1' }]);
    expect(recorded('true')?.attributes).toEqual({});
  });

  test('goes down with its host only if there was a connection into it', () => {
    const device = primitive('fence', {}, { class: 'stonith', type: 'test' });
    const downed = (connected: boolean) => {
      const histories = { vm: started('vm'), ...(connected ? { g: started('g') } : {}) };
      const nodes: SmallNode[] = [
        { name: 'n1', histories, online: false },
        { name: 'n2', histories: { fence: started('fence') } },
      ];
      const input = withGuest({ nodes, resources: [device, vm], options: { 'fencing-enabled': 'true' } });
      return graphOf(input).find(({ onNode, operation: name }) => name === 'stonith' && onNode === 'n1')
        ?.downed;
    };
    expect(downed(true)).toEqual(['n1', 'g']);
    expect(downed(false)).toEqual(['n1']);
  });
});

test('a guest whose host is no longer configured is no place for what is', () => {
  const input = withGuest({ resources: [clone] });
  const { scores } = computeTransition(input);
  const lines = formatScores(scores)
    .split('\n')
    .filter((line) => line.includes(' a:0 allocation score'));
  expect(lines.some((line) => line.includes(' on n1:'))).toBe(true);
  expect(lines.filter((line) => line.includes(' on g:'))).toEqual([]);
});
