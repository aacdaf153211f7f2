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

  it('has so many bytes of entries under way to a member that heartbeats never wait long behind them', () => {
    const world = cluster('a', 'b', 'c');
    world.advance(3000);
    const leader = world.leader()?.core;
    world.advance(50);
    for (let at = 0; at < 100; at++) leader?.propose([{ payload: at, bytes: 50_000 }], world.nowMs);
    const sent = new Map<string, number>();
    const outputs = leader?.takeOutputs();
    for (const { to, message } of outputs?.messages ?? []) {
      if (message.type !== 'append') continue;
      const bytes = message.entries.reduce((sum, entry) => sum + entry.bytes, 0);
      expect(bytes).toBeLessThanOrEqual(128 * 1024);
      sent.set(to, (sent.get(to) ?? 0) + bytes);
    }
    expect(sent.size).toBe(2);
    for (const bytes of sent.values()) expect(bytes).toBeLessThan(640 * 1024);
    // Those messages were taken away, so they are lost: everything follows all the same.
    leader?.persisted(outputs?.persist?.token ?? 0, world.nowMs);
    world.advance(3000);
    for (const machine of world.machines.values()) expect(machine.applied).toHaveLength(100);
  });
});
