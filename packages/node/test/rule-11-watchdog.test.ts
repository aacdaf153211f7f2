import { describe, expect, test } from 'vitest';
import { bootCluster, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];

function running(): SmallWorld {
  const world = new SmallWorld();
  bootCluster(world, NAMES);
  const pairs = [{ id: 'wd', name: 'fencing-watchdog-timeout', value: '2s' }];
  const options = [{ id: 'cib-bootstrap-options', rules: [], pairs }];
  world.configure('n1', { resources: [primitive('web')], options });
  world.run(5000, () => world.where('web').length === 1);
  world.run(3000);
  return world;
}

describe('rule 11: watchdog time as proof', () => {
  test('an armed watchdog is committed, and fed while all is well', () => {
    const world = running();
    world.run(20_000);
    expect(NAMES.every((name) => world.host(name).node !== null)).toBe(true);
  });

  test('a member cut off is reset by its watchdog before the majority recovers', () => {
    const world = running();
    const [victim = ''] = world.where('web');
    let most = 0;
    world.onActive = () => {
      most = Math.max(most, world.where('web').length);
    };
    // Its agents hang, so only the watchdog can end what runs there.
    world.faults.set(`${victim} stop web`, 1);
    world.isolate(victim);
    expect(world.run(15_000, () => world.where('web').some((name) => name !== victim))).toBe(true);
    expect(most).toBe(1);
    expect(world.host(victim).node).toBeNull();
  });

  test('it is no proof before lease and twice the timeout have passed', () => {
    const world = running();
    const [victim = ''] = world.where('web');
    world.kill(victim, true);
    expect(world.run(4800, () => world.where('web').length === 1)).toBe(false);
    expect(world.run(3000, () => world.where('web').length === 1)).toBe(true);
  });
});
