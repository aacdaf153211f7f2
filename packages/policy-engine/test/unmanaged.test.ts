import type { Constraint } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { cluster, operation, primitive, started } from './small-cluster.ts';

const AFTER_BASE: Constraint = {
  kind: 'order',
  id: 'base-then-web',
  first: 'base',
  then: 'web',
  sets: [],
};
const WITH_BASE: Constraint = {
  kind: 'colocation',
  id: 'web-with-base',
  resource: 'web',
  withResource: 'base',
  score: 'INFINITY',
  sets: [],
};
const FAILED = [...started('base'), operation('base', 'monitor', 3, 1, 0)];

function decisions(managed: boolean, second: ReturnType<typeof started> = []): string[] {
  const input = cluster({
    nodes: [
      { name: 'n1', histories: { base: FAILED, web: started('web') } },
      { name: 'n2', histories: { base: second, web: [operation('web', 'monitor', 1, 7, 7)] } },
    ],
    resources: [primitive('base', managed ? {} : { 'is-managed': 'false' }), primitive('web')],
    constraints: [AFTER_BASE, WITH_BASE],
  });
  return computeTransition(input).decisions.map(({ verb, subject }) => `${verb} ${subject}`);
}

describe('what needs a failed resource', () => {
  test('restarts when that is recovered', () => {
    expect(decisions(true)).toEqual(['Recover base', 'Restart web']);
  });

  test('is left alone when that is not managed, also where it is active twice', () => {
    expect(decisions(false)).toEqual([]);
    expect(decisions(false, started('base'))).toEqual([]);
  });
});
