import { describe, expect, test } from 'vitest';
import { bootCluster, fenceDevice, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];
const METADATA = `<resource-agent name="Dummy"><parameters>
<parameter name="state"><content type="string"/></parameter>
<parameter name="level" reloadable="1"><content type="string"/></parameter>
<parameter name="password" private="1"><content type="string"/></parameter>
</parameters><actions><action name="reload-agent" timeout="20"/></actions></resource-agent>`;

/** A running service with one failure counted. */
function failedOnce(): { world: SmallWorld; where: string } {
  const world = new SmallWorld();
  bootCluster(world, NAMES);
  world.configure('n1', { resources: [fenceDevice(), primitive('web')] });
  world.run(5000, () => world.where('web').length === 1);
  world.run(1000);
  const [where = ''] = world.where('web');
  world.host(where).active.delete('web');
  world.run(15_000, () => failCounts(world, where).length > 0 && world.where('web').length === 1);
  world.run(1000);
  expect(failCounts(world, where)).toEqual(['web monitor 1']);
  return { world, where };
}

/** As the leader knows them. */
function failCounts(world: SmallWorld, node: string): string[] {
  const failures = world.leader()?.node?.status()?.failures ?? [];
  return failures
    .filter((each) => each.node === node && each.failCount > 0)
    .map(({ resource, operation, failCount }) => `${resource} ${operation} ${failCount}`);
}

function returned(world: SmallWorld, name: string): void {
  world.boot(name);
  expect(world.run(20_000, () => world.host(name).node?.inspect().authority === true)).toBe(true);
  world.run(2000);
}

describe('what a member remembers of its earlier lives', () => {
  test('a restart of the daemon keeps fail counts, on a machine that stayed up', () => {
    const { world, where } = failedOnce();
    world.kill(where, false);
    world.run(200);
    returned(world, where);
    expect(failCounts(world, where)).toEqual(['web monitor 1']);
  });

  test('a boot of the machine ends them', () => {
    const { world, where } = failedOnce();
    world.kill(where, true);
    world.run(5000);
    returned(world, where);
    expect(failCounts(world, where)).toEqual([]);
  });

  test('a cleanup is remembered, too', () => {
    const { world, where } = failedOnce();
    world.request('n1', { kind: 'cleanup', origin: 'test' });
    world.run(1000);
    expect(failCounts(world, where)).toEqual([]);
    world.kill(where, false);
    world.run(200);
    returned(world, where);
    expect(failCounts(world, where)).toEqual([]);
  });

  test('a service found running goes on, though the first lease of the new life is still to come', () => {
    const { world, where } = failedOnce();
    const before = world.trail.length;
    world.kill(where, false);
    world.run(200);
    returned(world, where);
    expect(world.trail.slice(before).filter((line) => line.includes(' web'))).toEqual([]);
  });

  test('a service is probed again, never believed to run', () => {
    const { world, where } = failedOnce();
    world.kill(where, false);
    world.host(where).active.delete('web');
    world.run(200);
    returned(world, where);
    expect(world.where('web')).toHaveLength(1);
  });
});

describe('reload of changed parameters', () => {
  function withParameters(level: string, state: string) {
    const pairs = Object.entries({ level, state }).map(([name, value]) => ({ name, value }));
    return { ...primitive('web'), params: [{ id: 'web-params', rules: [], pairs }] };
  }

  function running(): SmallWorld {
    const world = new SmallWorld();
    world.metadata = METADATA;
    bootCluster(world, NAMES);
    world.configure('n1', { resources: [fenceDevice(), withParameters('1', 'a')] });
    world.run(5000, () => world.where('web').length === 1);
    world.run(2000);
    return world;
  }

  const done = (world: SmallWorld, operation: string) =>
    world.trail.filter((line) => line.includes(` ${operation} web`)).length;

  test('a reloadable parameter reloads, once', () => {
    const world = running();
    world.configure('n1', { resources: [withParameters('2', 'a')] });
    world.run(5000);
    expect([done(world, 'reload-agent'), done(world, 'stop'), done(world, 'start')]).toEqual([1, 0, 1]);
  });

  test('any other parameter restarts', () => {
    const world = running();
    world.configure('n1', { resources: [withParameters('1', 'b')] });
    world.run(5000);
    expect([done(world, 'reload-agent'), done(world, 'stop'), done(world, 'start')]).toEqual([0, 1, 2]);
  });

  test('a parameter that changed while the daemon was down is noticed', () => {
    const world = running();
    const [where = ''] = world.where('web');
    world.run(1000);
    world.kill(where, false);
    const other = NAMES.find((name) => name !== where) ?? '';
    world.configure(other, { resources: [withParameters('2', 'a')] });
    world.run(100);
    world.boot(where);
    world.run(10_000);
    expect([done(world, 'reload-agent'), done(world, 'stop'), done(world, 'start')]).toEqual([1, 0, 1]);
  });
});

test('an attribute that comes along with the result of a start is planned for', () => {
  const world = new SmallWorld();
  bootCluster(world, NAMES);
  const pairs = [{ name: 'promotable', value: 'true' }];
  const meta = [{ id: 'db-clone-meta', rules: [], pairs }];
  world.onActive = () => {
    for (const node of NAMES) {
      const set = { kind: 'attribute', node, name: 'master-db', value: '10', lifetime: 'reboot' } as const;
      if (world.where('db').includes(node)) world.request(node, { ...set, origin: 'test' });
    }
  };
  const clone = { kind: 'clone', id: 'db-clone', meta, params: [], child: primitive('db') } as const;
  world.configure('n1', { resources: [fenceDevice(), clone] });
  world.run(6000);
  expect(world.trail.filter((line) => / promote db/.test(line))).toHaveLength(1);
});
