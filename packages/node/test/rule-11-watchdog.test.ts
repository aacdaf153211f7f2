import { type AttributeBlock, type Constraint, changeToJson } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { bootCluster, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];
/** Not on the founder, which leads. */
const PREFERS: Constraint = {
  kind: 'location',
  id: 'prefers',
  resource: 'web',
  node: 'n3',
  score: '100',
  sets: [],
  rules: [],
};

function timeout(value: string): AttributeBlock {
  const pairs = [
    { id: 'wd', name: 'fencing-watchdog-timeout', value },
    { id: 'nq', name: 'no-quorum-policy', value: 'freeze' },
  ];
  return { id: 'cib-bootstrap-options', rules: [], pairs };
}

function setTimeout(world: SmallWorld, value: string): void {
  const operations = [{ kind: 'put' as const, entity: { kind: 'options' as const, value: timeout(value) } }];
  world.request('n1', { kind: 'change', change: changeToJson({ operations }), origin: 'test' });
}

function running(): SmallWorld {
  const world = new SmallWorld();
  bootCluster(world, NAMES);
  world.configure('n1', { resources: [primitive('web')], constraints: [PREFERS], options: [timeout('2s')] });
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

  // The log still had the old time when the device was let go: others would have counted on it.
  test.each(['0', '20s'])(
    'a member that never hears that its record changed keeps the old time: %s',
    (value) => {
      const world = running();
      const [victim = ''] = world.where('web');
      expect(world.leader()?.name).not.toBe(victim);
      let most = 0;
      world.onActive = () => {
        most = Math.max(most, world.where('web').length);
      };
      // It obeys the new configuration, and is cut off before the leader has heard of it.
      for (const name of NAMES) if (name !== victim) world.cuts.add(`${victim}>${name}`);
      setTimeout(world, value);
      world.run(300);
      world.isolate(victim);
      expect(world.run(15_000, () => world.where('web').some((name) => name !== victim))).toBe(true);
      expect(most).toBe(1);
    },
  );

  test('another time is armed once the log has taken the old one back', () => {
    const world = running();
    setTimeout(world, '4s');
    world.run(3000);
    expect(NAMES.map((name) => world.host(name).watchdogMs)).toEqual([4000, 4000, 4000]);
    const [victim = ''] = world.where('web');
    world.kill(victim, true);
    expect(world.run(8800, () => world.where('web').length === 1)).toBe(false);
    expect(world.run(4000, () => world.where('web').length === 1)).toBe(true);
  });

  test('it is let go when it is not wanted any more', () => {
    const world = running();
    setTimeout(world, '0');
    world.run(3000);
    expect(NAMES.map((name) => world.host(name).watchdogMs)).toEqual([0, 0, 0]);
  });

  test('a member that leaves cleanly lets it go, and the host is not reset', () => {
    const world = running();
    world.feed(world.host('n2'), { kind: 'shutdown', timeoutMs: 60_000 });
    world.run(10_000);
    expect(world.host('n2').exit?.clean).toBe(true);
    expect(world.host('n2').watchdogMs).toBe(0);
    expect(world.host('n2').boots).toBe(1);
  });

  // The services of the life before still ran, and the new one knew of none.
  test('a life whose probes are not recorded does not feed it on its own account', () => {
    const world = running();
    const [victim = ''] = world.where('web');
    world.kill(victim, false);
    for (const name of NAMES) world.slow.set(`${name} monitor web`, 60_000);
    world.run(500);
    world.boot(victim);
    expect(world.run(5000, () => world.host(victim).watchdogLife === world.host(victim).life)).toBe(true);
    world.run(1000);
    expect(world.where('web')).toEqual([victim]);
    world.isolate(victim);
    let most = 0;
    world.onActive = () => {
      most = Math.max(most, world.where('web').length);
    };
    world.slow.clear();
    world.run(20_000, () => world.where('web').some((name) => name !== victim));
    expect(world.where('web')).not.toContain(victim);
    expect(most).toBe(1);
  });
});
