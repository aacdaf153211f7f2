import {
  type Constraint,
  changeToJson,
  EMPTY_CONFIGURATION,
  type Primitive,
  type Resource,
} from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { newlyExclusive } from '../src/replicated/newly-exclusive.ts';
import { bootCluster, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];

function location(resource: string, node: string, score: string): Constraint {
  return { kind: 'location', id: `${resource}-${node}`, resource, node, score, sets: [], rules: [] };
}

/** Without fencing, and members without quorum let everything run. */
function configure(
  world: SmallWorld,
  resources: readonly Resource[],
  constraints: readonly Constraint[],
  more: Record<string, string> = {},
): void {
  const values = { 'fencing-enabled': 'false', 'no-quorum-policy': 'freeze', ...more };
  const pairs = Object.entries(values).map(([name, value]) => ({ id: name, name, value }));
  world.configure('n1', { resources, constraints, options: [{ id: 'o', rules: [], pairs }] });
}

/** The clone is taken away, and its primitive stays. */
function unclone(world: SmallWorld, constraints: readonly Constraint[]): void {
  const puts = [
    { kind: 'resource' as const, value: primitive('web') },
    ...constraints.map((value) => ({ kind: 'constraint' as const, value })),
  ];
  const change = changeToJson({
    operations: [
      ...['n1', 'n2'].map((name) => ({
        kind: 'delete' as const,
        entityKind: 'constraint' as const,
        id: `web-clone-${name}`,
      })),
      { kind: 'delete', entityKind: 'resource', id: 'web-clone' },
      ...puts.map((entity) => ({ kind: 'put' as const, entity })),
    ],
  });
  const request = world.request('n1', { kind: 'change', change, origin: 'test' });
  world.run(500, () => world.answers.has(request));
  expect(world.answers.get(request)?.ok).toBe(true);
}

function clone(child: Primitive, values: Record<string, string> = {}): Resource {
  const pairs = Object.entries(values).map(([name, value]) => ({ id: name, name, value }));
  const meta = pairs.length > 0 ? [{ id: `${child.id}-meta`, rules: [], pairs }] : [];
  return { kind: 'clone', id: `${child.id}-clone`, meta, params: [], child };
}

/** A clone that may run on n3 only. */
function cloned(options: Record<string, string> = {}): SmallWorld {
  const world = new SmallWorld();
  bootCluster(world, NAMES);
  const away = ['n1', 'n2'].map((name) => location('web-clone', name, '-INFINITY'));
  configure(world, [clone(primitive('web'))], away, options);
  expect(world.run(5000, () => world.where('web').join() === 'n3')).toBe(true);
  world.run(2000);
  return world;
}

describe('without fencing, what was never granted to a member and may run there', () => {
  test('is not started elsewhere once the member is lost: started by hand before it was configured', () => {
    const world = new SmallWorld();
    bootCluster(world, NAMES);
    world.host('n3').active.add('web');
    configure(world, [primitive('web')], []);
    world.run(5000);
    expect(world.where('web')).toEqual(['n3']);
    world.isolate('n3');
    world.run(20_000);
    expect(world.where('web')).toEqual(['n3']);
    const status = world.leader()?.node?.status();
    expect(status?.resources.find(({ id }) => id === 'web')).toMatchObject({ blocked: true });
  });

  test('is not started elsewhere: a copy of a clone that is made a primitive after the member was lost', () => {
    const world = cloned();
    world.isolate('n3');
    world.run(5000);
    unclone(world, []);
    world.run(20_000);
    expect(world.where('web')).toEqual(['n3']);
  });

  test('is not started elsewhere: the same, before anybody has noticed that the member was cut off', () => {
    const world = cloned();
    world.isolate('n3');
    unclone(world, [location('web', 'n1', '100')]);
    world.run(20_000);
    expect(world.where('web')).toEqual(['n3']);
  });

  test('moves on once the member is back and has stopped it', () => {
    const world = cloned();
    world.isolate('n3');
    world.run(5000);
    unclone(world, [location('web', 'n1', '100')]);
    world.run(5000);
    world.cuts.clear();
    expect(world.run(20_000, () => world.where('web').join() === 'n1')).toBe(true);
  });
});

describe('the watchdog of a member with a copy of a clone that is made a primitive', () => {
  const timed = { 'fencing-watchdog-timeout': '2s' };

  // It went on feeding it, as nothing exclusive ran there as far as it knew.
  test('proves nothing when the member has not heard of that', () => {
    const world = cloned(timed);
    world.isolate('n3');
    unclone(world, [location('web', 'n1', '100')]);
    world.run(20_000);
    expect(world.where('web')).toEqual(['n3']);
    expect(world.host('n3').boots).toBe(1);
  });

  test('proves its end once it has', () => {
    const world = cloned(timed);
    unclone(world, [location('web', 'n3', '100')]);
    world.run(3000);
    world.isolate('n3');
    expect(world.run(10_000, () => world.where('web').join() !== 'n3')).toBe(true);
    expect(world.host('n3').boots).toBe(2);
    expect(world.run(10_000, () => world.where('web').length === 1)).toBe(true);
  });
});

describe('what a change makes exclusive', () => {
  const whole = (...resources: Resource[]) => ({ ...EMPTY_CONFIGURATION, resources });
  const several = { promotable: 'true', 'promoted-max': '2' };
  const one = { promotable: 'true' };

  test('is a copy of a clone that becomes a primitive, and a role that only one may have from now on', () => {
    const before = whole(clone(primitive('a')), clone(primitive('b'), several), clone(primitive('c')));
    const after = whole(primitive('a'), clone(primitive('b'), one), clone(primitive('c'), { x: 'y' }));
    expect(newlyExclusive(before, after)).toEqual(['a', 'b#promoted']);
  });

  test('is nothing where containers stay, or become less exclusive', () => {
    const before = whole(primitive('a'), clone(primitive('b'), one));
    expect(newlyExclusive(before, whole(primitive('z'), ...before.resources))).toEqual([]);
    expect(newlyExclusive(before, whole(clone(primitive('a')), clone(primitive('b'), several)))).toEqual([]);
  });
});
