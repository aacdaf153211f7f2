import type { Constraint, Primitive } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { bootCluster, fenceDevice, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];
const SLOW_MS = 15_000;

function prefers(resource: string, node: string): Constraint {
  return { kind: 'location', id: `${resource}-on`, resource, node, score: '100', sets: [], rules: [] };
}

function configure(
  world: SmallWorld,
  resources: readonly Primitive[],
  constraints: readonly Constraint[],
): void {
  const pairs = [{ id: 'fe', name: 'fencing-enabled', value: 'true' }];
  const all = [...resources, fenceDevice()];
  world.configure('n1', { resources: all, constraints, options: [{ id: 'o', rules: [], pairs }] });
}

/** `web` runs on n3, and a start that takes long is under way on n2. `next`: where `web` is to be from then on. */
function busy(next = 'n3'): SmallWorld {
  const world = new SmallWorld();
  bootCluster(world, NAMES);
  configure(world, [primitive('web')], [prefers('web', 'n3')]);
  expect(world.run(5000, () => world.where('web').join() === 'n3')).toBe(true);
  world.run(2000);
  world.slow.set('n2 start big', SLOW_MS);
  world.faults.set('n3 stop web', 1);
  configure(world, [primitive('web'), primitive('big')], [prefers('web', next), prefers('big', 'n2')]);
  world.run(500);
  return world;
}

describe('fencing while something slow is under way', () => {
  test('begins when a member is lost', () => {
    const world = busy();
    world.kill('n3', true);
    const { boots } = world.host('n3');
    expect(world.run(2500, () => world.host('n3').boots > boots)).toBe(true);
    expect(world.where('big')).toEqual([]);
    // Once, and what it was for follows when the plan can be made.
    expect(world.run(SLOW_MS, () => world.where('web').length === 1)).toBe(true);
    expect(world.host('n3').boots).toBe(boots + 1);
  });

  test('begins when a stop has failed', () => {
    const world = busy('n1');
    expect(world.run(2000, () => world.host('n3').boots > 1)).toBe(true);
    expect(world.where('big')).toEqual([]);
    expect(world.run(SLOW_MS, () => world.where('web').join() === 'n1')).toBe(true);
  });

  test('is tried again when it has failed', () => {
    const world = busy();
    world.fenceWorks = false;
    world.kill('n3', true);
    world.run(4000);
    expect(world.host('n3').boots).toBe(2);
    world.fenceWorks = true;
    expect(world.run(7000, () => world.host('n3').boots > 2)).toBe(true);
    expect(world.where('big')).toEqual([]);
  });
});
