import { describe, expect, it } from 'vitest';
import { Membership } from '../src/index.ts';
import { World } from './support/world.ts';

describe('the watched list', () => {
  it('can change at any time; known peers keep their history', () => {
    const world = new World(['a', 'b', 'c'], ['l1']);
    world.advance(1000);
    const a = world.running('a');
    a.setPeers([{ name: 'c', links: ['l1', 'l2'] }], world.nowMs);
    expect(a.peer('b')).toBeUndefined();
    expect(a.peer('c')?.state).toBe('alive');
    expect(a.peer('c')?.links.map(({ link, up }) => `${link} ${up}`)).toEqual(['l1 true', 'l2 false']);
    a.setPeers([], world.nowMs);
    world.advance(3000);
    expect(world.events('peer-lost').filter((pair) => pair.startsWith('a:'))).toEqual([]);
  });

  it('drops what comes from strangers and over unknown links', () => {
    const world = new World(['a', 'b'], ['l1']);
    const a = world.running('a');
    const goodbye = { type: 'goodbye', incarnation: 9 } as const;
    a.receive('x', 'l1', goodbye, 1);
    a.receive('b', 'l9', goodbye, 1);
    expect(a.peer('b')?.state).toBe('waiting');
  });
});

describe('the caller', () => {
  it('can send a few bytes along with the heartbeats', () => {
    const a = new Membership({ self: 'a', incarnation: 1 }, [{ name: 'b', links: ['l1'] }], () => 0, 0);
    const b = new Membership({ self: 'b', incarnation: 1 }, [{ name: 'a', links: ['l1'] }], () => 0, 0);
    a.setPiggyback({ term: 3 });
    a.tick(0);
    for (const { message } of a.takeOutputs().messages) b.receive('a', 'l1', message, 1);
    expect(b.takeOutputs().piggybacks).toEqual([{ from: 'a', value: { term: 3 } }]);
  });

  it('sees a peer that was never there reported as lost after the timeout', () => {
    const world = new World(['a', 'b'], ['l1']);
    world.crash(world.machine('b'));
    world.advance(1001);
    const lost = world.seen.find(({ event }) => event.type === 'peer-lost')?.event;
    expect(lost).toMatchObject({ peer: 'b', incarnation: undefined });
  });
});

describe('a member to which most fall silent at once', () => {
  const NAMES = ['a', 'b', 'c', 'd', 'e'];

  /** When `a` gave each of the members up that it cannot hear any more; it still hears the others. */
  function lostAfter(silent: readonly string[]): number[] {
    const world = new World(NAMES, ['l1']);
    world.advance(5000);
    for (const name of silent) for (const other of NAMES) if (other !== name) world.cut(name, other);
    world.advance(5000);
    const lost = world.seen.filter(({ by, event }) => by === 'a' && event.type === 'peer-lost');
    return lost.map(({ atMs }) => atMs - 5000);
  }

  it('distrusts itself first: it waits twice as long', () => {
    const after = lostAfter(['b', 'c', 'd']);
    expect(after).toHaveLength(3);
    for (const ms of after) expect(ms).toBeGreaterThan(1500);
  });

  it('does not wait longer for half of them', () => {
    const after = lostAfter(['b', 'c']);
    expect(after).toHaveLength(2);
    for (const ms of after) expect(ms).toBeLessThanOrEqual(1001);
  });
});
