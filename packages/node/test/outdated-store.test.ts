import type { StoredEntry } from '@holdfast/ports';
import { describe, expect, test } from 'vitest';
import { bootCluster, joinMember } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];

function running(names = NAMES): SmallWorld {
  const world = new SmallWorld();
  bootCluster(world, names);
  world.run(5000);
  return world;
}

interface Copy {
  readonly records: Map<string, unknown>;
  readonly entries: readonly StoredEntry[];
}

function copyOf(world: SmallWorld, name: string): Copy {
  const { records, entries } = world.host(name);
  return { records: new Map(structuredClone([...records])), entries: structuredClone(entries) };
}

function restore(world: SmallWorld, name: string, { records, entries }: Copy): void {
  const host = world.host(name);
  world.kill(name, false);
  host.records.clear();
  for (const [key, value] of records) host.records.set(key, value);
  host.entries.splice(0, host.entries.length, ...entries);
}

function write(world: SmallWorld, name: string, count: number): void {
  for (let at = 0; at < count; at++) {
    world.request(name, {
      kind: 'attribute',
      node: 'n1',
      name: `x${at}`,
      value: '1',
      lifetime: 'forever',
      origin: 'test',
    });
    world.run(300);
  }
}

/** The one that does not lead and comes last. */
function follower(world: SmallWorld): string {
  const leader = world.leader()?.name;
  return NAMES.filter((name) => name !== leader).at(-1) ?? '';
}

function restart(world: SmallWorld, name: string): void {
  world.kill(name, false);
  world.boot(name);
  world.run(10_000, () => world.host(name).node?.inspect().authority === true);
}

const isOutdated = (world: SmallWorld, name: string) => () =>
  world.host(name).exit?.reason === 'STORE_OUTDATED';

describe('rule 16: a store that is older than what its member has promised', () => {
  test('is noticed although it begins a life that nobody has seen before', () => {
    const world = running();
    const name = follower(world);
    const copy = copyOf(world, name);
    write(world, world.leader()?.name ?? '', 5);
    restore(world, name, copy);
    world.boot(name);
    expect(world.run(2000, isOutdated(world, name))).toBe(true);
    expect(world.host(name).logs.join()).toContain('it had acknowledged entry');
  });

  test('is noticed when it comes to the number of a life that it has had already', () => {
    const world = running();
    const name = follower(world);
    const copy = copyOf(world, name);
    restart(world, name);
    restore(world, name, copy);
    world.boot(name);
    expect(world.run(2000, isOutdated(world, name))).toBe(true);
    expect(world.host(name).logs.join()).toContain('another life 2');
  });

  test('is noticed when starts without anybody in reach have led it past the lives it has forgotten', () => {
    const world = running();
    const name = follower(world);
    const copy = copyOf(world, name);
    restart(world, name);
    restore(world, name, copy);
    world.isolate(name);
    for (let life = 0; life < 5; life++) restart(world, name);
    expect(world.host(name).exit).toBeUndefined();
    world.cuts.clear();
    expect(world.run(2000, isOutdated(world, name))).toBe(true);
  });

  test('is noticed by one who was started again since, and alone is left', () => {
    const world = running();
    const name = follower(world);
    const copy = copyOf(world, name);
    write(world, world.leader()?.name ?? '', 5);
    world.run(3000);
    const [witness = '', other = ''] = NAMES.filter((each) => each !== name);
    world.kill(name, false);
    restart(world, witness);
    world.kill(other, true);
    restore(world, name, copy);
    world.boot(name);
    expect(world.run(2000, isOutdated(world, name))).toBe(true);
  });

  test('is marked: it ends at every later start, before it says a word', () => {
    const world = running();
    const name = follower(world);
    const copy = copyOf(world, name);
    write(world, world.leader()?.name ?? '', 5);
    restore(world, name, copy);
    world.boot(name);
    world.run(2000, isOutdated(world, name));
    world.kill(name, true);
    world.isolate(name);
    world.boot(name);
    expect(world.host(name).exit?.reason).toBe('STORE_OUTDATED');
  });

  test('takes the vote of its member, which may join anew under its name', () => {
    const world = running();
    const leader = world.leader()?.name ?? '';
    const name = follower(world);
    const copy = copyOf(world, name);
    write(world, leader, 5);
    restore(world, name, copy);
    world.boot(name);
    world.run(2000, isOutdated(world, name));
    const voters = () => world.host(leader).node?.inspect().voters ?? [];
    expect(world.run(2000, () => !voters().includes(name))).toBe(true);
    expect(world.host(leader).node?.status()?.warnings.join()).toContain(`The store of ${name} is older`);
    const confirm = { kind: 'confirmFenced', node: name, operator: 'me', reason: 'it is off' } as const;
    world.run(3000);
    world.request(leader, confirm);
    world.run(1000);
    world.hosts.delete(name);
    joinMember(world, leader, name, NAMES, `peer-${name}-new`);
    world.run(5000, () => world.host(name).exit !== undefined);
    world.boot(name, `peer-${name}-new`);
    expect(world.run(10_000, () => voters().includes(name))).toBe(true);
    expect(world.host(leader).node?.status()?.warnings.join()).not.toContain('older than');
  });

  test('that lacks nothing of what was promised may be used', () => {
    const world = running();
    const name = follower(world);
    world.run(5000);
    const copy = copyOf(world, name);
    world.run(5000);
    restore(world, name, copy);
    restart(world, name);
    expect(world.host(name).node?.inspect().authority).toBe(true);
  });

  test('of a time when its member was the only voter is noticed before that leads again', () => {
    const world = new SmallWorld();
    bootCluster(world, ['n1']);
    joinMember(world, 'n1', 'n2', ['n1', 'n2']);
    const copy = copyOf(world, 'n1');
    const newest = copy.entries.filter(({ kind }) => kind === 'voters').at(-1)?.payload;
    expect(newest).toMatchObject({ members: { voters: [{ name: 'n1' }], learners: ['n2'] } });
    world.run(10_000, () => world.host('n2').node?.inspect().voters.length === 2);
    write(world, 'n1', 5);
    restore(world, 'n1', copy);
    world.boot('n1');
    let led = false;
    const noticed = world.run(3000, () => {
      led ||= world.host('n1').node?.inspect().role === 'leader';
      return isOutdated(world, 'n1')();
    });
    expect([noticed, led]).toEqual([true, false]);
  });
});

describe('whoever has newer news of the member list', () => {
  test('tells a member whose log names a machine that was replaced since, and now leads', () => {
    const names = ['n1', 'n2', 'n3', 'n4', 'n5'];
    const world = running(names);
    world.isolate('n5');
    world.kill('n4', true);
    world.run(3000);
    world.request('n1', { kind: 'confirmFenced', node: 'n4', operator: 'me', reason: 'it is off' });
    world.run(1000);
    world.hosts.delete('n4');
    joinMember(world, world.leader()?.name ?? '', 'n4', names, 'peer-n4-new');
    world.isolate('n5');
    world.run(5000, () => world.host('n4').exit !== undefined);
    world.boot('n4', 'peer-n4-new');
    world.run(10_000, () => world.host('n4').node?.inspect().authority === true);
    for (let turn = 0; turn < 30 && world.leader()?.name !== 'n4'; turn++)
      restart(world, world.leader()?.name ?? 'n1');
    expect(world.leader()?.name).toBe('n4');
    world.cuts.clear();
    expect(world.run(15_000, () => world.host('n5').node?.inspect().leader === 'n4')).toBe(true);
    expect(world.run(10_000, () => world.host('n5').node?.inspect().authority === true)).toBe(true);
  });
});
