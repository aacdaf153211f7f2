import type { Bundle, Clone, Constraint, NodeState } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { Role } from '../src/state/role.ts';
import { attributes, cluster, primitive, type SmallNode, started } from './small-cluster.ts';

type Input = ReturnType<typeof cluster>;

/** A bundle of two replicas of `ID-app`. */
function bundle(id: string, meta: Record<string, string> = {}, more: Record<string, string> = {}): Bundle {
  return {
    kind: 'bundle',
    id,
    meta: attributes(meta),
    params: [],
    container: { runtime: 'podman', attributes: { image: 'x', replicas: '2', ...more } },
    network: { attributes: { 'control-port': '3121' }, portMappings: [] },
    storage: [],
    child: primitive(`${id}-app`),
  };
}

const promotable = (id: string): Bundle => bundle(id, {}, { 'promoted-max': '1' });

/** Two hosts on which replicas 0 and 1 of the bundles are up, with the promotion scores given for the parts inside. */
function up(
  bundles: readonly Bundle[],
  scores: Record<string, readonly [string, string]>,
  more: Partial<Parameters<typeof cluster>[0]> = {},
): Input {
  const own = (app: string, at: number) => ({ [`master-${app}`]: scores[app]?.[at] ?? '1' });
  const nodes = ['n1', 'n2'].map((name, at): SmallNode => {
    const parts = bundles.flatMap(({ id }) => [`${id}-podman-${at}`, `${id}-${at}`]);
    const histories = Object.fromEntries([...parts, 's'].map((id) => [id, started(id)]));
    return { name, histories, attributes: own('s', at) };
  });
  const input = cluster({ nodes, resources: bundles, ...more });
  const replicas = bundles.flatMap(({ id }) =>
    [0, 1].map((at): NodeState => {
      const app = `${id}-app`;
      const history = { id: app, class: 'ocf', provider: 'test', type: 'Dummy', operations: started(app) };
      const name = `${id}-${at}`;
      return {
        id: name,
        name,
        remoteNode: true,
        transientAttributes: attributes(own(app, at)),
        hasHistory: true,
        resources: [history],
      };
    }),
  );
  const hosts = input.status.nodes.map((node) => ({
    ...node,
    resources: node.resources.map((history) => {
      if (history.id === 's') return history;
      const isContainer = history.id.includes('podman');
      const agent = isContainer
        ? { provider: 'heartbeat', type: 'podman' }
        : { provider: 'pacemaker', type: 'remote' };
      return { ...history, ...agent };
    }),
  }));
  return { ...input, status: { ...input.status, nodes: [...hosts, ...replicas] } };
}

/** Promotion scores that prefer the first or the second node (or replica). */
const EARLIER = ['9', '1'] as const;
const LATER = ['1', '9'] as const;

/** Where something is promoted: nodes of the cluster, or replicas. */
function promotedAt(input: Input): string[] {
  return computeTransition(input)
    .state.allResources.filter(({ isPrimitive, nextRole }) => isPrimitive && nextRole === Role.promoted)
    .map(({ id, assignedTo }) => `${id} ${assignedTo?.name}`)
    .sort();
}

function promotedWith(resource: string, withResource: string, score: string): Constraint {
  const roles = { role: 'Promoted', withRole: 'Promoted' };
  return { kind: 'colocation', id: 'x', sets: [], resource, withResource, score, ...roles };
}

describe('colocation of promoted roles', () => {
  const s: Clone = {
    kind: 'clone',
    id: 'c',
    meta: attributes({ promotable: 'true' }),
    params: [],
    child: primitive('s'),
  };

  test('without one, each is promoted where its score is best', () => {
    const input = up([promotable('db'), promotable('web')], { 'db-app': LATER, 'web-app': EARLIER });
    expect(promotedAt(input)).toEqual(['db-app:1 db-1', 'web-app:0 web-0']);
  });

  for (const score of ['INFINITY', '100', '-INFINITY']) {
    // The dependent alone would choose the other replica than the one that it has to take.
    const at = score.startsWith('-') ? 1 : 0;
    const own = at === 0 ? LATER : EARLIER;

    test(`a bundle's with that of another bundle (${score})`, () => {
      const scores = { 'db-app': own, 'web-app': EARLIER };
      const constraints = [promotedWith('db', 'web', score)];
      const input = up([promotable('db'), promotable('web')], scores, { constraints });
      expect(promotedAt(input)).toEqual([`db-app:${at} db-${at}`, 'web-app:0 web-0']);
    });

    test(`a bundle's with that of a clone (${score})`, () => {
      const scores = { 'db-app': own, s: EARLIER };
      const constraints = [promotedWith('db', 'c', score)];
      const input = up([promotable('db')], scores, { constraints, resources: [promotable('db'), s] });
      expect(promotedAt(input)).toEqual([`db-app:${at} db-${at}`, 's:0 n1']);
    });

    test(`a clone's with that of a bundle (${score})`, () => {
      const scores = { s: own, 'db-app': EARLIER };
      const constraints = [promotedWith('c', 'db', score)];
      const input = up([promotable('db')], scores, { constraints, resources: [promotable('db'), s] });
      expect(promotedAt(input)).toEqual([`db-app:0 db-0`, at ? 's:1 n2' : 's:0 n1']);
    });
  }
});

describe('orderings of bundles', () => {
  const order: Constraint = { kind: 'order', id: 'o', first: 'db', then: 'web', sets: [] };
  const nodes = [{ name: 'n1' }, { name: 'n2' }];

  /** What an action waits for, probes aside; `web` comes after `db`. */
  function waitsFor(key: string, meta: Record<string, string> = {}): string[] {
    const resources = [bundle('db'), bundle('web', meta)];
    const { synapses } = computeTransition(cluster({ nodes, resources, constraints: [order] })).graph;
    const keys = new Map(synapses.map(({ action }) => [action.id, action.operationKey]));
    const found = synapses.find(({ action }) => action.operationKey === key);
    return (found?.inputs ?? [])
      .map((id) => keys.get(id) ?? '')
      .filter((input) => !input.includes('monitor'))
      .sort();
  }

  test('without interleave, a bundle only waits until the whole other bundle is up', () => {
    expect(waitsFor('web-podman-1_start_0')).toEqual(['web_start_0']);
    expect(waitsFor('web_start_0')).toEqual(['db_running_0']);
  });

  test('with interleave, a container waits for what is inside the container on its own node', () => {
    const inputs = waitsFor('web-podman-1_start_0', { interleave: 'true' });
    expect(inputs).toEqual(['db-app:1_start_0', 'web_start_0']);
  });
});
