import { describe, expect, it } from 'vitest';
import { Membership } from '../src/index.ts';
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

  it('answers along with its beats, in the rhythm of what it answers', () => {
    const { beatsMs, membership } = alone();
    // Out of step at first: its own beats come 50 ms before what it answers.
    for (let nowMs = 1; nowMs <= 4000; nowMs++) {
      if (nowMs % 200 === 50) membership.beatAlong(nowMs);
      if (nowMs >= membership.nextDeadlineMs()) membership.tick(nowMs);
      beatsMs(nowMs);
    }
    const sent = beatsMs(4000);
    for (const [at, beatMs] of sent.entries()) {
      if (at > 0) expect(beatMs - (sent[at - 1] ?? 0)).toBeGreaterThanOrEqual(100);
      if (at > 0) expect(beatMs - (sent[at - 1] ?? 0)).toBeLessThanOrEqual(225);
      if (beatMs > 1500) expect(beatMs % 200).toBe(50);
    }
  });

  it('goes on beating by itself when what it answers ends, or comes without pause', () => {
    const { beatsMs, membership } = alone();
    for (let nowMs = 1; nowMs <= 4000; nowMs++) {
      if (nowMs > 1000 && nowMs <= 2000) membership.beatAlong(nowMs);
      if (nowMs >= membership.nextDeadlineMs()) membership.tick(nowMs);
      beatsMs(nowMs);
    }
    const sent = beatsMs(4000);
    const gapsMs = sent.slice(1).map((beatMs, at) => beatMs - (sent[at] ?? 0));
    expect(Math.min(...gapsMs)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...gapsMs)).toBeLessThanOrEqual(225);
    expect(sent.filter((beatMs) => beatMs > 2300).length).toBe(9);
  });
});

/** One member that watches another; `beatsMs` collects what it has sent by then, and when. */
function alone() {
  const membership = new Membership(
    { self: 'a', incarnation: 1 },
    [{ name: 'b', links: ['l1'] }],
    () => 0.5,
    0,
  );
  const sent: number[] = [];
  const beatsMs = (nowMs: number): readonly number[] => {
    for (const { message } of membership.takeOutputs().messages)
      if (message.type === 'heartbeat') sent.push(nowMs);
    return sent;
  };
  return { beatsMs, membership };
}
