import type { Clone, Constraint } from '@holdfast/model';
import { expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { attributes, cluster, primitive, started, stopped } from './small-cluster.ts';

test('colocations among resources of equal rank are looked at by the names of the resources', () => {
  const colocation = (id: string, resource: string): Constraint => ({
    kind: 'colocation',
    id,
    resource,
    withResource: 'p',
    score: '10',
    sets: [],
  });
  const resources = [primitive('c'), primitive('b'), primitive('a', { priority: '-1' }), primitive('p')];
  const constraints = [colocation('x1', 'c'), colocation('x2', 'a'), colocation('x3', 'b')];
  const { state } = computeTransition(cluster({ nodes: [{ name: 'n1' }], resources, constraints }));
  const primary = state.allResources.find(({ id }) => id === 'p');
  expect(primary?.colocatedWithThis.map(({ dependent }) => dependent.id)).toEqual(['b', 'c', 'a']);
});

test('two clones that must be with each other run both: the one placed first waits for nothing', () => {
  const clone = (id: string, child: string): Clone => ({
    kind: 'clone',
    id,
    meta: [],
    params: [],
    child: primitive(child),
  });
  const together = (resource: string, withResource: string): Constraint => ({
    kind: 'colocation',
    id: `${resource}-${withResource}`,
    resource,
    withResource,
    score: 'INFINITY',
    sets: [],
  });
  const nodes = ['n1', 'n2'].map((name) => ({ name, histories: { a: started('a'), b: stopped('b') } }));
  const resources = [clone('ca', 'a'), clone('cb', 'b')];
  const constraints = [together('ca', 'cb'), together('cb', 'ca')];
  const { decisions } = computeTransition(cluster({ nodes, resources, constraints }));
  expect(decisions.map(({ verb, subject, toNode }) => `${verb} ${subject} ${toNode}`)).toEqual([
    'Start b:0 n1',
    'Start b:1 n2',
  ]);
});

test('two clones that must be with each other and apart run neither', () => {
  const clone = (id: string): Clone => ({
    kind: 'clone',
    id: `${id}-clone`,
    meta: attributes({ interleave: 'true' }),
    params: [],
    child: primitive(id),
  });
  const colocation = (score: string): Constraint => ({
    kind: 'colocation',
    id: score,
    resource: 'b-clone',
    withResource: 'a-clone',
    score,
    sets: [],
  });
  const nodes = [{ name: 'n1' }, { name: 'n2' }];
  const resources = [clone('a'), clone('b')];
  const constraints = [colocation('-INFINITY'), colocation('INFINITY')];
  const { decisions } = computeTransition(cluster({ nodes, resources, constraints }));
  expect(decisions.map(({ subject }) => subject)).toEqual(['a:0', 'a:1']);
});

test('orders name clones: of what is inside they are ignored with a warning', () => {
  const child: Clone = { kind: 'clone', id: 'c', meta: [], params: [], child: primitive('a') };
  const order = (id: string, first: string): Constraint => ({
    kind: 'order',
    id,
    first,
    then: 'b',
    sets: [],
  });
  const set: Constraint = {
    kind: 'order',
    id: 'set',
    sets: [{ id: 's', members: ['b', 'a', 'd'], attributes: {} }],
  };
  const inputs = (...constraints: Constraint[]) => {
    const resources = [child, primitive('b'), primitive('d')];
    const { graph, warnings } = computeTransition(
      cluster({ nodes: [{ name: 'n1' }], resources, constraints }),
    );
    const keys = new Map(graph.synapses.map(({ action }) => [action.id, action.operationKey]));
    const starts = graph.synapses.filter(({ action }) => /^[bd]_start_0/.test(action.operationKey ?? ''));
    return [starts.flatMap((each) => each.inputs.map((id) => keys.get(id))).sort(), warnings.length];
  };
  expect(inputs(order('x', 'c'))).toEqual([['b_monitor_0', 'c_running_0', 'd_monitor_0'], 0]);
  expect(inputs(order('x', 'a'), set)).toEqual([['b_monitor_0', 'd_monitor_0'], 2]);
});
