import { describe, expect, test } from 'vitest';
import { bootCluster, fenceDevice, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];

function running(resources = ['web']): SmallWorld {
  const world = new SmallWorld();
  bootCluster(world, NAMES);
  const change = world.configure('n2', { resources: [fenceDevice(), ...resources.map(primitive)] });
  world.run(5000, () => world.answers.has(change) && resources.every((id) => world.where(id).length === 1));
  return world;
}

describe('three members', () => {
  test('elect, join, commit a configuration, start and monitor', () => {
    const world = running();
    const voters = NAMES.map((name) => world.host(name).node?.inspect().voters);
    expect(voters).toEqual([NAMES, NAMES, NAMES]);
    expect(world.where('web')).toHaveLength(1);
    const hashes = NAMES.map((name) => world.host(name).node?.inspect().stateHash);
    expect(new Set(hashes).size).toBe(1);
  });

  test('a killed member is fenced and its resource recovered within 1.5 s', () => {
    const world = running();
    world.run(3000);
    const [victim = ''] = world.where('web');
    const killedMs = world.nowMs;
    world.kill(victim, true);
    expect(world.run(5000, () => world.where('web').length === 1)).toBe(true);
    const tookMs = world.nowMs - killedMs;
    expect(tookMs).toBeLessThan(1500);
    expect(world.where('web')).not.toContain(victim);
  });

  test('a failed monitor restarts the resource', () => {
    const world = running();
    world.run(3000);
    const [where = ''] = world.where('web');
    world.host(where).active.delete('web');
    expect(world.run(5000, () => world.where('web').length === 1)).toBe(true);
  });

  test('an idle cluster is planned for once in each recheck interval', () => {
    const world = running();
    world.run(5000);
    const { policy } = world;
    let plans = 0;
    world.policy = (input) => {
      plans++;
      return policy(input);
    };
    const before = world.steps;
    world.run(31 * 60_000);
    expect(plans).toBe(2);
    expect(world.steps - before).toBeLessThan(31 * 60 * 100);
  });

  test('a member that comes back is acknowledged in its newer life and probed', () => {
    const world = running();
    world.run(1000);
    world.kill('n3', true);
    world.run(3000);
    world.boot('n3');
    expect(world.run(5000, () => world.host('n3').node?.inspect().authority === true)).toBe(true);
    expect(world.host('n3').node?.inspect().incarnation).toBe(2);
  });

  test('a member that leaves moves its resources away first', () => {
    const world = running();
    world.run(1000);
    for (const name of ['n1', 'n2']) {
      world.feed(world.host(name), { kind: 'shutdown', timeoutMs: 20_000 });
      world.run(20_000, () => world.host(name).node === null);
      expect(world.host(name).exit).toEqual({ clean: true, reason: 'left the cluster' });
      world.run(2000, () => world.where('web').length === 1);
      expect(world.where('web')).not.toContain(name);
    }
    expect(world.where('web')).toEqual(['n3']);
  });
});
