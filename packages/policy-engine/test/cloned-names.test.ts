import type { Constraint, OperationRecord } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition, RUNNING_CLUSTER } from '../src/index.ts';
import { cluster, primitive, stopped } from './small-cluster.ts';

const AWAY: Constraint = {
  kind: 'location',
  id: 'away',
  resource: 'web',
  node: 'n1',
  score: '-INFINITY',
  rules: [],
  sets: [],
};

/** Where instances of a clone start, of which a constraint by the name of what is inside bans n1. */
function starts(histories: Record<string, readonly OperationRecord[]>, options = {}): (string | undefined)[] {
  const input = cluster({
    nodes: [
      { name: 'n1', histories },
      { name: 'n2', histories },
    ],
    resources: [{ kind: 'clone', id: 'webs', meta: [], params: [], child: primitive('web') }],
    constraints: [AWAY],
  });
  return computeTransition(input, options).decisions.map(({ toNode }) => toNode);
}

describe('the name of what is cloned in a constraint', () => {
  test('stands for the clone once there is a history under it', () => {
    expect(starts({ web: stopped('web') })).toEqual(['n2']);
  });

  test('means nothing before, in the plan of the reference', () => {
    expect(starts({})).toEqual(['n1', 'n2']);
  });

  test('stands for the clone from the beginning in a running cluster', () => {
    expect(starts({}, RUNNING_CLUSTER)).toEqual(['n2']);
  });
});
