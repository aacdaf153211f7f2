import { describe, expect, it } from 'vitest';
import { World } from './support/world.ts';

describe('membership', () => {
  it('finds everybody alive at once', () => {
    const world = new World(['a', 'b', 'c'], ['l1', 'l2']);
    world.advance(500);
    expect(
      world
        .running('a')
        .peers()
        .map(({ name, state }) => `${name} ${state}`),
    ).toEqual(['b alive', 'c alive']);
    expect(world.events('link-up').length).toBe(12);
  });

  it('notices a crash at most one timeout after it', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const world = new World(['a', 'b', 'c'], ['l1'], seed);
      world.advance(3000 + seed * 37);
      const atMs = world.nowMs;
      world.crash(world.machine('c'));
      world.advance(1005);
      expect(world.events('peer-lost').sort()).toEqual(['a: c', 'b: c']);
      for (const { event, atMs: lostMs } of world.seen) {
        if (event.type === 'peer-lost') expect(lostMs - atMs).toBeGreaterThanOrEqual(799);
      }
    }
  });

  it('keeps a member whose first link died', () => {
    const world = new World(['a', 'b'], ['l1', 'l2']);
    world.advance(2000);
    world.cut('a', 'b', 'l1');
    world.cut('b', 'a', 'l1');
    world.advance(5000);
    expect(world.events('link-down').sort()).toEqual(['a: b', 'b: a']);
    expect(world.events('peer-lost')).toEqual([]);
    expect(world.events('peer-suspected')).toEqual([]);
  });

  it('tells a leave from a loss and a restart from a return', () => {
    const world = new World(['a', 'b', 'c'], ['l1']);
    world.advance(1000);
    world.running('c').leave(world.nowMs);
    world.settle(world.machine('c'));
    world.crash(world.machine('c'));
    world.advance(5000);
    expect(world.events('peer-left').sort()).toEqual(['a: c', 'b: c']);
    expect(world.events('peer-lost')).toEqual([]);
    world.start(world.machine('c'));
    world.advance(300);
    expect(world.events('peer-restarted').sort()).toEqual(['a: c', 'b: c']);
    expect(world.running('a').peer('c')?.state).toBe('alive');
  });
});
