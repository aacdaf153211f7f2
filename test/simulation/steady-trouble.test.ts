import { Scenario } from '@holdfast/simulator';
import { describe, expect, it } from 'vitest';
import { computePolicy } from './compute-policy.ts';

const MINUTE_MS = 60_000;
const five = { shape: 'plain', hosts: 5, fencing: true, linkCount: 1 } as const;

function cluster(seed: number): Scenario {
  return new Scenario({ seed, computePolicy, design: five });
}

/** A leader may be the one in trouble or not; both have to come out right. */
function leaderOf({ world }: Scenario): string {
  return [...world.hosts.values()].find((host) => host.node?.inspect().role === 'leader')?.name ?? '';
}

describe('L3: trouble that lasts removes nobody without cause', () => {
  it('10 % loss on all links for an hour removes nobody', { timeout: 120_000 }, () => {
    const run = cluster(1);
    const sinceMs = run.nowMs;
    run.lose(() => 0.1);
    run.run(60 * MINUTE_MS);
    expect(run.world.checkers.findings).toEqual([]);
    expect(run.world.checkers.removals.since(sinceMs)).toEqual([]);
    expect(run.world.fencing.executed).toBe(0);
  });

  it.each([1, 2, 3])(
    '80 % inbound loss removes exactly that member, once (seed %i)',
    { timeout: 120_000 },
    (seed) => {
      const run = cluster(seed);
      const leader = leaderOf(run);
      const deaf = run.world.design.hostNames.find((name) => name !== leader) ?? '';
      const sinceMs = run.nowMs;
      run.lose((_from, to) => (to === deaf ? 0.8 : 0));
      run.run(10 * MINUTE_MS);
      expect(run.world.checkers.findings).toEqual([]);
      expect(run.world.checkers.removals.since(sinceMs)).toEqual([deaf]);
      run.lose(() => 0);
      run.run(2 * MINUTE_MS);
      expect(run.world.host(deaf).node?.inspect().authority).toBe(true);
      expect(run.world.checkers.removals.since(sinceMs)).toEqual([deaf]);
    },
  );

  it('80 % inbound loss on the leader removes at most that member, once', { timeout: 120_000 }, () => {
    const run = cluster(4);
    const deaf = leaderOf(run);
    const sinceMs = run.nowMs;
    run.lose((_from, to) => (to === deaf ? 0.8 : 0));
    run.run(10 * MINUTE_MS);
    expect(run.world.checkers.findings).toEqual([]);
    expect(run.world.checkers.removals.since(sinceMs)).toEqual([deaf]);
  });

  it.each([
    { runMs: 200, everyMs: 1000 },
    { runMs: 2000, everyMs: 10_000 },
  ])('a starved member ($runMs of $everyMs ms) removes nobody else', { timeout: 120_000 }, (times) => {
    for (const leading of [true, false]) {
      const run = cluster(5);
      const leader = leaderOf(run);
      const starved = leading ? leader : (run.world.design.hostNames.find((name) => name !== leader) ?? '');
      const sinceMs = run.nowMs;
      run.starve(starved, { ...times, untilMs: sinceMs + 10 * MINUTE_MS });
      run.run(10 * MINUTE_MS);
      expect(run.world.checkers.findings).toEqual([]);
      expect(run.world.checkers.removals.since(sinceMs).filter((name) => name !== starved)).toEqual([]);
    }
  });
});

describe('L2: trouble that lasts changes the member list once', () => {
  it('a link cut in one direction between two members', { timeout: 120_000 }, () => {
    const run = cluster(6);
    const leader = leaderOf(run);
    const [a = '', b = ''] = run.world.design.hostNames.filter((name) => name !== leader);
    const sinceMs = run.nowMs;
    run.world.network.setCut(a, b, 0, true);
    run.run(10 * MINUTE_MS);
    expect(run.world.checkers.findings).toEqual([]);
    expect(run.world.checkers.removals.since(sinceMs).length).toBeLessThanOrEqual(1);
  });
});
