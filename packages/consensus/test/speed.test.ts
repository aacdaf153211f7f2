import { describe, expect, it } from 'vitest';
import { bootstrapState, makeMembers, voter } from '../src/index.ts';
import { World } from './support/world.ts';

describe('speed', () => {
  it('ten quiet minutes of five members cost well under a second', () => {
    const world = new World();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const state = bootstrapState(makeMembers(names.map((name) => voter(name))));
    for (const name of names) world.add(name, state);
    const begin = performance.now();
    world.advance(600_000);
    const tookMs = performance.now() - begin;
    console.log(`10 virtual minutes of 5 members: ${Math.round(tookMs)} ms`);
    expect(world.leader()).toBeDefined();
    // Usually about 50 ms; the limit allows for a busy machine.
    expect(tookMs).toBeLessThan(2000);
  });
});
