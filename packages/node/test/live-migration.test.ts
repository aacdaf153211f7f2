import type { AttributeBlock, Constraint, Primitive } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { bootCluster, fenceDevice, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];

function block(id: string, values: Record<string, string>): AttributeBlock {
  return { id, rules: [], pairs: Object.entries(values).map(([name, value]) => ({ id: name, name, value })) };
}

function on(node: string, score: string): Constraint {
  return { kind: 'location', id: 'place', resource: 'vm', node, score, sets: [], rules: [] };
}

function machine(): Primitive {
  return { ...primitive('vm'), meta: [block('vm-meta', { 'allow-migrate': 'true' })] };
}

/** A virtual machine on n3 that is about to move to n2. */
function moving(options: Record<string, string>, devices: readonly Primitive[]): SmallWorld {
  const world = new SmallWorld();
  // The clock of the target is ahead, so its old probe passes for newer than the migration.
  world.wallOffsets.set('n2', 3_600_000);
  const all = [block('o', options)];
  bootCluster(world, NAMES);
  world.configure('n1', { resources: [machine(), ...devices], constraints: [on('n3', '100')], options: all });
  world.run(5000, () => world.where('vm').length === 1);
  world.run(2000);
  expect(world.where('vm')).toEqual(['n3']);
  world.slow.set('n3 migrate_to vm', 500);
  return world;
}

function move(world: SmallWorld, options: Record<string, string>, devices: readonly Primitive[]): void {
  const all = [block('o', options)];
  world.configure('n1', { resources: [machine(), ...devices], constraints: [on('n2', '200')], options: all });
}

function watch(world: SmallWorld): { most: number } {
  const seen = { most: 0 };
  world.onActive = () => {
    seen.most = Math.max(seen.most, world.where('vm').length);
  };
  return seen;
}

describe('a virtual machine that is on the target with the first half of a live migration', () => {
  // Seeds 200030 and 200139 (wide): the target's old probe was taken for proof that it was not there.
  test('is not started a second time when the plan is given up in between', () => {
    const fencing = { 'fencing-enabled': 'true' };
    const world = moving(fencing, [fenceDevice()]);
    world.faults.set('n2 migrate_from vm', 1);
    const seen = watch(world);
    move(world, fencing, [fenceDevice()]);
    world.run(400);
    world.request('n1', {
      kind: 'attribute',
      node: 'n2',
      name: 'standby',
      value: 'on',
      lifetime: 'forever',
      origin: 'test',
    });
    world.run(20_000);
    expect(seen.most).toBe(1);
    expect(world.where('vm')).toHaveLength(1);
  });

  // Seed 120375: each waited for the other's earlier life to be here again, so nothing ever started.
  test('is started again when source and target of a second migration lost power, without fencing', () => {
    const world = moving({}, []);
    move(world, {}, []);
    world.run(5000, () => world.where('vm').join() === 'n2');
    world.run(1000);
    world.slow.set('n2 migrate_to vm', 500);
    world.configure('n1', { resources: [machine()], constraints: [on('n3', '300')] });
    world.run(300);
    for (const name of ['n2', 'n3']) world.kill(name, true);
    world.run(3000);
    for (const name of ['n2', 'n3']) world.boot(name);
    world.run(20_000, () => world.where('vm').length > 0);
    expect(world.where('vm')).toHaveLength(1);
  });

  // Seed 200224 (wide): nothing had been executed on the target yet, so it let it run without quorum.
  test('is stopped by a target that loses quorum before the second half', () => {
    const fencing = { 'fencing-enabled': 'true' };
    const world = moving(fencing, [fenceDevice()]);
    world.fenceWorks = false;
    move(world, fencing, [fenceDevice()]);
    expect(world.run(5000, () => world.where('vm')[0] === 'n2')).toBe(true);
    world.isolate('n2');
    expect(world.run(10_000, () => world.where('vm').length === 0)).toBe(true);
  });

  test('keeps the watchdog of a target without quorum from being fed, however late it comes', () => {
    const timed = { 'fencing-watchdog-timeout': '2s' };
    const world = moving(timed, []);
    world.slow.set('n3 migrate_to vm', 2500);
    const seen = watch(world);
    move(world, timed, []);
    world.run(300);
    world.isolate('n2');
    world.run(20_000);
    expect(seen.most).toBe(1);
    expect(world.host('n2').boots).toBe(2);
    expect(world.where('vm')).toHaveLength(1);
  });

  // Seed 202042 (wide): what was sent to a member without a lease ran there when the others went on without proof.
  test('is stopped and started instead where others go on without proof', () => {
    const unsafe = { 'unsafe-recovery': 'true' };
    const world = moving(unsafe, []);
    move(world, unsafe, []);
    expect(world.run(5000, () => world.where('vm')[0] === 'n2')).toBe(true);
    expect(world.trail.filter((line) => line.includes('migrate'))).toEqual([]);
    expect(world.trail.some((line) => line.includes('n3 stop vm'))).toBe(true);
  });

  // Seed 205283 (wide): the first half outlasted the fencing of its target, and reached the next boot of that machine.
  test('is not sent to a machine that was proven off meanwhile', () => {
    const fencing = { 'fencing-enabled': 'true' };
    const world = moving(fencing, [fenceDevice()]);
    world.slow.set('n3 migrate_to vm', 8000);
    const seen = watch(world);
    move(world, fencing, [fenceDevice()]);
    world.run(300);
    world.request('n1', { kind: 'fence', node: 'n2', action: 'reboot', origin: 'test' });
    world.run(20_000);
    expect(world.host('n2').boots).toBe(2);
    expect(seen.most).toBe(1);
    expect(world.where('vm')).toEqual(['n3']);
    expect(world.trail.some((line) => line.includes('n2 lost vm'))).toBe(false);
  });

  // Such a target would have gone on feeding its watchdog, while the others took its time for proof.
  test('is not sent to a target that was cut off before it heard of it', () => {
    const timed = { 'fencing-watchdog-timeout': '2s' };
    const world = moving(timed, []);
    world.isolate('n2');
    move(world, timed, []);
    world.run(20_000);
    expect(world.where('vm')).toEqual(['n3']);
    // Nothing could be on its way there, so an idle machine goes on.
    expect(world.host('n2').boots).toBe(1);
  });

  test('is not sent to one that did not know either that anything is sent alive now', () => {
    const timed = { 'fencing-watchdog-timeout': '2s' };
    const all = [block('o', timed)];
    const world = moving(timed, []);
    world.configure('n1', { resources: [primitive('vm')], constraints: [on('n3', '100')], options: all });
    world.run(1000);
    world.isolate('n2');
    move(world, timed, []);
    world.run(20_000);
    expect(world.where('vm')).toEqual(['n3']);
    expect(world.host('n2').boots).toBe(1);
  });

  // A restarted daemon did not take for its own what was on its way to its life before.
  test('keeps the watchdog of a target from being fed whose daemon was restarted and probed meanwhile', () => {
    const timed = { 'fencing-watchdog-timeout': '2s' };
    const world = moving(timed, []);
    world.slow.set('n3 migrate_to vm', 4800);
    const seen = watch(world);
    move(world, timed, []);
    world.run(300);
    // A new leader knows of no plan that is under way, and has the new life probed.
    for (const name of ['n1', 'n2']) world.kill(name, false);
    for (const name of ['n1', 'n2']) world.boot(name);
    world.run(4200);
    expect(world.where('vm')).toEqual(['n3']);
    world.isolate('n2');
    expect(world.run(600, () => world.where('vm').join() === 'n2')).toBe(true);
    world.run(20_000);
    expect(world.host('n2').boots).toBe(2);
    expect(seen.most).toBe(1);
    expect(world.where('vm')).toHaveLength(1);
  });

  // Seed 208035 (wide): it arrived on the next boot of a target whose watchdog had reset it, before that was proven.
  test('is not sent to a machine that is lost and may have been reset', () => {
    const timed = { 'fencing-watchdog-timeout': '2s' };
    const world = moving(timed, []);
    world.slow.set('n3 migrate_to vm', 4000);
    const seen = watch(world);
    move(world, timed, []);
    world.run(300);
    world.isolate('n2');
    world.run(20_000);
    expect(world.host('n2').boots).toBe(2);
    expect(seen.most).toBe(1);
    expect(world.where('vm')).toEqual(['n3']);
  });

  test('is taken care of by a leader that came while it was on its way', () => {
    const fencing = { 'fencing-enabled': 'true' };
    const world = moving(fencing, [fenceDevice()]);
    world.slow.set('n3 migrate_to vm', 4000);
    const seen = watch(world);
    move(world, fencing, [fenceDevice()]);
    world.run(300);
    // It is to stay where it is after all, and nobody who knows what was begun is left.
    const all = [block('o', fencing)];
    world.configure('n1', {
      resources: [machine(), fenceDevice()],
      constraints: [on('n3', '300')],
      options: all,
    });
    world.run(100);
    world.kill('n1', true);
    world.run(3000);
    expect(world.where('vm')).toEqual(['n3']);
    expect(world.run(3000, () => world.where('vm')[0] === 'n2')).toBe(true);
    expect(world.run(5000, () => world.where('vm')[0] === 'n3')).toBe(true);
    expect(seen.most).toBe(1);
  });
});
