import type { Constraint, Group } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { bootCluster, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const MEMBERS = [primitive('data'), primitive('web')];
const SITE: Group = { kind: 'group', id: 'site', params: [], meta: [], members: MEMBERS };
const THERE: Constraint = {
  kind: 'location',
  id: 'there',
  resource: 'site',
  node: 'n3',
  score: '100',
  sets: [],
  rules: [],
};

describe('what a member stops on its own account (rule 15)', () => {
  // A seed of the simulator found it (200186, wide): to the leader it was active until the stop had ended.
  test('is on its way down for a leader that has it back: nothing is built on it', () => {
    const world = new SmallWorld();
    bootCluster(world, ['n1', 'n2', 'n3']);
    world.configure('n1', { resources: [SITE], constraints: [THERE] });
    world.run(5000, () => world.where('web').length === 1);
    world.run(2000);
    expect(world.where('web')).toEqual(['n3']);
    world.slow.set('n3 stop data', 8000);
    world.isolate('n3');
    expect(world.run(5000, () => world.where('web').length === 0)).toBe(true);
    world.run(200);
    world.cuts.clear();
    let without = 0;
    for (let round = 0; round < 600; round++) {
      world.run(25);
      if (world.where('web').length > world.where('data').length) without++;
    }
    expect(without).toBe(0);
    expect(world.where('web')).toEqual(['n3']);
  });
});
