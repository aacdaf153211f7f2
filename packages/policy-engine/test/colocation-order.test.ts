import type { Constraint } from '@holdfast/model';
import { expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { cluster, primitive } from './small-cluster.ts';

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
