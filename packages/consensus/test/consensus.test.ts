import { describe, expect, it } from 'vitest';
import { bootstrapState, emptyState, makeMembers, voter } from '../src/index.ts';
import { World } from './support/world.ts';

function cluster(...names: string[]): World {
  const world = new World();
  const state = bootstrapState(makeMembers(names.map((name) => voter(name))));
  for (const name of names) world.add(name, state);
  return world;
}

describe('a consensus core', () => {
  it('elects one leader of three and commits on all', () => {
    const world = cluster('a', 'b', 'c');
    world.advance(3000);
    const leader = world.leader();
    expect(leader).toBeDefined();
    const done = leader?.core?.propose([{ payload: 'x', bytes: 1 }], world.nowMs);
    expect(done?.ok).toBe(true);
    world.advance(50);
    for (const machine of world.machines.values()) expect(machine.applied).toEqual(['x']);
  });

  it('is its own leader at once when it is the only voter', () => {
    const world = cluster('a');
    world.advance(1);
    expect(world.running('a').role).toBe('leader');
    expect(world.running('a').hasCommittedOwnTerm).toBe(true);
  });

  it('brings a new member in as a learner and then gives it a vote', () => {
    const world = cluster('a');
    world.advance(10);
    world.add('b', emptyState());
    const a = world.running('a');
    a.propose([{ payload: 1, bytes: 1 }], world.nowMs);
    expect(a.proposeMembershipChange({ type: 'add-learner', member: 'b' }, world.nowMs).ok).toBe(true);
    world.advance(500);
    expect(world.machine('b').applied).toEqual([1]);
    expect(a.proposeMembershipChange({ type: 'promote', member: 'b' }, world.nowMs).ok).toBe(true);
    world.advance(500);
    expect(world.running('b').committedMembers.members.voters.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
