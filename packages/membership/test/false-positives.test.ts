import { describe, expect, it } from 'vitest';
import { World } from './support/world.ts';

const five = ['a', 'b', 'c', 'd', 'e'];
const minuteMs = 60_000;

describe('L3: nobody is removed without cause', () => {
  it('10 % loss on all links for an hour loses nobody', () => {
    const world = new World(five, ['l1'], 7);
    world.loss = () => 0.1;
    world.advance(60 * minuteMs);
    expect(world.events('peer-lost')).toEqual([]);
    expect(world.events('peer-unreachable')).toEqual([]);
  });

  it('a starved member accuses nobody', () => {
    const world = new World(five, ['l1'], 3);
    world.advance(2000);
    // 80 % stopped: runs 200 ms of each second, then 2 s of each ten.
    for (let turn = 0; turn < 60; turn++) {
      world.machine('c').paused = true;
      world.advance(turn < 30 ? 800 : 8000);
      world.machine('c').paused = false;
      world.advance(turn < 30 ? 200 : 2000);
    }
    expect(world.events('peer-lost').filter((pair) => !pair.endsWith(': c'))).toEqual([]);
    expect(world.events('own-health-changed')).toContain('c');
  });

  it.each([1, 2, 3, 5, 6, 7, 8, 9])('much inbound loss costs at most that member, once (seed %i)', (seed) => {
    const world = new World(five, ['l1'], seed);
    world.advance(5000);
    world.loss = (_from, to) => (to === 'c' ? 0.8 : 0);
    world.advance(10 * minuteMs);
    // Whoever has given it up does not take it back while the loss goes on.
    const returned = world.seen.filter(
      ({ event, atMs }) => atMs > 5000 && event.type === 'peer-alive' && event.before !== 'suspected',
    );
    expect(returned.filter(({ by }) => by !== 'c')).toEqual([]);
    expect(world.events('peer-lost').filter((pair) => !pair.endsWith(': c'))).toEqual([]);
    // That it reaches somebody only through others is what c may say, but nobody else.
    const unreachable = world.events('peer-unreachable');
    expect(unreachable.filter((pair) => !pair.endsWith(': c') && !pair.startsWith('c:'))).toEqual([]);
    expect(world.running('a').peer('c')?.health).toBe('lossy');
  });
});

describe('L2: no flapping', () => {
  it('a member that hears badly is not taken back because it restarts, until it hears well', () => {
    const world = new World(five, ['l1'], 4);
    world.advance(5000);
    world.loss = (_from, to) => (to === 'c' ? 0.8 : 0);
    world.advance(minuteMs);
    const restartedMs = world.nowMs;
    world.crash(world.machine('c'));
    world.advance(3000);
    world.start(world.machine('c'));
    world.advance(5 * minuteMs);
    const back = () =>
      world.seen.filter(
        ({ event, atMs, by }) =>
          by !== 'c' && atMs > restartedMs && event.type === 'peer-alive' && event.peer === 'c',
      );
    expect(back()).toEqual([]);
    world.loss = () => 0;
    world.advance(20_000);
    expect(back().length).toBe(4);
  });

  it('a link cut in one direction changes each side once', () => {
    const world = new World(five, ['l1'], 5);
    world.advance(5000);
    world.cut('a', 'b');
    world.advance(10 * minuteMs);
    expect(world.events('peer-lost')).toEqual([]);
    expect(world.events('peer-unreachable').sort()).toEqual(['a: b', 'b: a']);
    expect(world.events('peer-alive', 5100)).toEqual([]);
  });

  it('a member that is heard only now and then is lost once', () => {
    const world = new World(['a', 'b'], ['l1'], 11);
    world.advance(5000);
    world.loss = () => 0.8;
    world.advance(10 * minuteMs);
    expect(world.events('peer-lost').sort()).toEqual(['a: b', 'b: a']);
  });
});
