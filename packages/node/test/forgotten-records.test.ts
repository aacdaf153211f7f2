import type { Constraint } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { bootCluster, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const OPTIONS = { id: 'o', rules: [], pairs: [{ name: 'unsafe-recovery', value: 'true' }] };

/** Not with the leader, which is the founder. */
const MEMBER = 'n3';
const LOCATION: Constraint = {
  kind: 'location',
  id: 'there',
  resource: 'web',
  node: MEMBER,
  score: '100',
  sets: [],
  rules: [],
};

/** `web` runs, and its member has a failure on record. */
function recovered(): SmallWorld {
  const world = new SmallWorld();
  bootCluster(world, ['n1', 'n2', 'n3']);
  world.configure('n1', { resources: [primitive('web')], constraints: [LOCATION], options: [OPTIONS] });
  world.run(5000, () => world.where('web').length === 1);
  world.run(2000);
  const before = world.trail.length;
  world.faults.set(`${MEMBER} monitor web`, 1);
  world.run(5000, () => world.trail.length > before);
  world.faults.clear();
  world.run(3000);
  return world;
}

/** Cuts the member off in the moment in which it has obeyed an order about its records. */
function cutOffByCleanup(world: SmallWorld): void {
  world.decode = (to, envelope) => {
    const ordered = to.name === MEMBER && envelope.parts.some(({ kind }) => kind === 'records');
    if (ordered) world.after(1, () => world.isolate(MEMBER));
    return envelope;
  };
  world.request('n1', { kind: 'cleanup', resource: 'web', origin: 'test' });
}

describe('rule 15: a resource of which the records were forgotten', () => {
  // Seed 102626 of the simulator found it: the member had no record of it any more, and let it run.
  test('is stopped by a member that loses quorum before a probe has told', () => {
    const world = recovered();
    expect(world.where('web')).toEqual([MEMBER]);
    let most = 0;
    world.onActive = () => {
      most = Math.max(most, world.where('web').length);
    };
    cutOffByCleanup(world);
    world.run(10_000);
    expect(world.cuts.size).toBeGreaterThan(0);
    expect(world.where('web')).toHaveLength(1);
    expect(world.where('web')).not.toContain(MEMBER);
    expect(most).toBe(1);
  });
});
