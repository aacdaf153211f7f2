import { describe, expect, test } from 'vitest';
import { bootCluster, fenceDevice, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

function running(): SmallWorld {
  const world = new SmallWorld();
  bootCluster(world, ['n1', 'n2']);
  world.configure('n1', { resources: [fenceDevice(), primitive('web')] });
  world.run(5000, () => world.where('web').length === 1);
  world.run(2000);
  return world;
}

describe('rule 9: two voters', () => {
  test('the survivor of a crash proves it, goes on alone and recovers the resource', () => {
    const world = running();
    const [victim = ''] = world.where('web');
    world.kill(victim, true);
    expect(world.run(6000, () => world.where('web').length === 1)).toBe(true);
    const [survivor = ''] = world.where('web');
    expect(survivor).not.toBe(victim);
    expect(world.host(survivor).node?.inspect().voters).toEqual([survivor]);
  });

  test('a partition has exactly one survivor and never two copies', () => {
    const world = running();
    let most = 0;
    world.onActive = () => {
      most = Math.max(most, world.where('web').length);
    };
    world.cut('n1', 'n2');
    world.run(10_000);
    expect(world.where('web')).toHaveLength(1);
    expect(most).toBeLessThan(2);
    const alive = [...world.hosts.values()].filter(({ node }) => node !== null);
    expect(alive).toHaveLength(1);
  });

  test('without proof nobody goes on alone', () => {
    const world = running();
    world.fenceWorks = false;
    const [victim = ''] = world.where('web');
    world.kill(victim, true);
    world.run(20_000);
    expect(world.where('web')).toEqual([]);
    const survivor = victim === 'n1' ? 'n2' : 'n1';
    expect(world.host(survivor).node?.inspect().voters).toEqual(['n1', 'n2']);
  });

  test('the loser returns as a learner and gets its vote back', () => {
    const world = running();
    world.kill('n1', true);
    world.run(6000, () => world.where('web').length === 1);
    world.boot('n1');
    expect(world.run(10_000, () => world.host('n1').node?.inspect().voters.length === 2)).toBe(true);
    expect(world.where('web')).toEqual(['n2']);
  });

  // A seed of the simulator found it (50176).
  test('an answer that a paused member hears too late is no proof in the next tie', () => {
    const world = running();
    world.rebootMs = 3000;
    const shooter = world.leader()?.name ?? '';
    const other = shooter === 'n1' ? 'n2' : 'n1';
    world.cut('n1', 'n2');
    expect(world.run(3000, () => world.host(other).boots > 1)).toBe(true);
    world.pause(shooter);
    world.run(1500);
    world.resume(shooter);
    expect(world.host(shooter).node?.inspect().voters).toEqual(['n1', 'n2']);
    world.cuts.clear();
    expect(world.run(9000, () => world.host(other).node?.inspect().authority === true)).toBe(true);
    world.run(3000);
    world.fenceWorks = false;
    world.cut('n1', 'n2');
    world.run(3000);
    expect(world.host(shooter).node?.inspect().voters).toEqual(['n1', 'n2']);
    world.fenceWorks = true;
    const alone = () => [...world.hosts.values()].some(({ node }) => node?.inspect().voters.length === 1);
    expect(world.run(30_000, alone)).toBe(true);
  });

  test('a member that never had authority in this life with the other fences nobody', () => {
    const world = running();
    world.kill('n1', true);
    world.kill('n2', true);
    world.boot('n2');
    world.run(30_000);
    expect(world.host('n2').node?.inspect().voters).toEqual(['n1', 'n2']);
    expect(world.host('n2').logs.some((line) => line.includes(' tie '))).toBe(false);
  });
});
