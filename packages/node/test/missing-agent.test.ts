import type { AttributeBlock, Constraint, Primitive } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { bootRecord } from '../src/lives/boot-record.ts';
import { bootCluster, fenceDevice, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];
const NOT_INSTALLED = 5;

function options(values: Record<string, string>): AttributeBlock {
  const pairs = Object.entries(values).map(([name, value]) => ({ id: name, name, value }));
  return { id: 'o', rules: [], pairs };
}

function prefers(node: string): Constraint {
  return { kind: 'location', id: 'prefers', resource: 'web', node, score: '100', sets: [], rules: [] };
}

/** The agent of `web` is not there, whatever is asked of it. */
function uninstall(world: SmallWorld, host: string): void {
  for (const operation of ['monitor', 'start', 'stop'])
    world.faults.set(`${host} ${operation} web`, NOT_INSTALLED);
}

function running(devices: readonly Primitive[], values: Record<string, string>): SmallWorld {
  const world = new SmallWorld();
  bootCluster(world, NAMES);
  const resources = [primitive('web'), ...devices];
  world.configure('n1', { resources, constraints: [prefers('n3')], options: [options(values)] });
  expect(world.run(5000, () => world.where('web').join() === 'n3')).toBe(true);
  world.run(2000);
  return world;
}

/** The agent of what runs on n3 is removed, and the daemon restarted. */
function restartWithoutAgent(world: SmallWorld): { most: number } {
  const seen = { most: 0 };
  world.onActive = () => {
    seen.most = Math.max(seen.most, world.where('web').length);
  };
  uninstall(world, 'n3');
  world.kill('n3', false);
  world.run(200);
  world.boot('n3');
  return seen;
}

describe('an agent that is missing', () => {
  test('is no proof that what it started has stopped: nothing starts elsewhere without fencing', () => {
    const world = running([], { 'fencing-enabled': 'false' });
    const seen = restartWithoutAgent(world);
    world.run(20_000);
    expect(seen.most).toBe(0);
    expect(world.where('web')).toEqual(['n3']);
  });

  test('ends with the fencing of its member, as the stop fails', () => {
    const world = running([fenceDevice()], { 'fencing-enabled': 'true' });
    const seen = restartWithoutAgent(world);
    expect(world.run(20_000, () => world.where('web').some((name) => name !== 'n3'))).toBe(true);
    expect(world.host('n3').boots).toBe(2);
    expect(seen.most).toBe(1);
  });

  // What was to be started there lay on a disk that is not mounted yet, and nothing of the past goes on.
  test('is no matter when the machine has booted since', () => {
    const world = running([], { 'fencing-enabled': 'false' });
    uninstall(world, 'n3');
    world.kill('n3', true);
    world.run(3000);
    expect(world.where('web')).toEqual([]);
    world.boot('n3');
    expect(world.run(10_000, () => world.where('web').length === 1)).toBe(true);
    expect(world.where('web')).not.toContain('n3');
  });

  test('is forgiven once it is back and tells', () => {
    const world = running([], { 'fencing-enabled': 'false' });
    restartWithoutAgent(world);
    world.run(5000);
    world.faults.clear();
    world.host('n3').active.delete('web');
    world.request('n1', { kind: 'cleanup', origin: 'test' });
    expect(world.run(10_000, () => world.where('web').length === 1)).toBe(true);
  });

  test.each(['isolated', 'leaving'])('is of no consequence on a member that never ran it: %s', (how) => {
    const world = new SmallWorld();
    bootCluster(world, NAMES);
    uninstall(world, 'n2');
    const timed = options({ 'fencing-watchdog-timeout': '2s', 'fencing-enabled': 'false' });
    world.configure('n1', { resources: [primitive('web')], constraints: [prefers('n3')], options: [timed] });
    expect(world.run(5000, () => world.where('web').join() === 'n3')).toBe(true);
    world.run(2000);
    if (how === 'isolated') world.isolate('n2');
    else world.feed(world.host('n2'), { kind: 'shutdown', timeoutMs: 60_000 });
    world.run(10_000);
    expect(world.host('n2').boots).toBe(1);
    expect(world.host('n2').exit?.clean).toBe(how === 'isolated' ? undefined : true);
  });
});

describe('the first life on a boot of the machine', () => {
  test('is kept while the boot lasts, and told only when it is certain', () => {
    const first = bootRecord(undefined, 'a', 1);
    expect(first).toEqual({ bootId: 'a', since: 1 });
    expect(bootRecord(first, 'a', 2)).toEqual(first);
    expect(bootRecord(first, 'b', 3)).toEqual({ bootId: 'b', since: 3 });
    expect(bootRecord(undefined, 'a', 7).since).toBe(0);
    expect(bootRecord(first, '', 4).since).toBe(0);
    expect(bootRecord({ bootId: '', since: 0 }, 'c', 5).since).toBe(0);
  });
});
