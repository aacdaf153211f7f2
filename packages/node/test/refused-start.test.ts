import type { Constraint } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { bootCluster, fenceDevice, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

function prefers(resource: string, node: string): Constraint {
  return { kind: 'location', id: `${resource}-on`, resource, node, score: '100', sets: [], rules: [] };
}

describe('a start that the log refuses for long', () => {
  // In a seed of the simulator nothing at all was started for four minutes (729).
  test('does not keep anything else from starting, also not where the instance may be active', () => {
    const world = new SmallWorld();
    bootCluster(world, ['n1', 'n2', 'n3']);
    const pairs = [{ id: 'fe', name: 'fencing-enabled', value: 'true' }];
    const options = [{ id: 'o', rules: [], pairs }];
    const constraints = [prefers('web', 'n3')];
    world.configure('n1', { resources: [primitive('web'), fenceDevice()], constraints, options });
    expect(world.run(5000, () => world.where('web').join() === 'n3')).toBe(true);
    // The probe of the next life proves nothing: the engine takes its answer for "not running", the log does not.
    world.faults.set('n3 monitor web', 2);
    world.kill('n3', false);
    world.boot('n3');
    const isRefused = () =>
      world.leader()?.logs.some((line) => line.includes('may still be active')) === true;
    expect(world.run(10_000, isRefused)).toBe(true);
    world.configure('n1', {
      resources: [primitive('web'), primitive('late'), primitive('other'), fenceDevice()],
      constraints: [...constraints, prefers('late', 'n3'), prefers('other', 'n1')],
      options,
    });
    const run = world.run(
      10_000,
      () => world.where('late').length === 1 && world.where('other').length === 1,
    );
    expect(run).toBe(true);
    expect(world.where('web')).toEqual(['n3']);
  });
});
