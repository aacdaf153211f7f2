import { type Scenario as Run, Scenario } from '@holdfast/simulator';
import { describe, expect, it } from 'vitest';
import { computePolicy } from './compute-policy.ts';

const LONG = { timeout: 120_000 };

/** A member whose disk goes back to what it was some writes (and lives) ago. Returns its name. */
function restoreOldCopy(run: Run, livesBetween: number): string {
  const { world } = run;
  const leader = [...world.hosts.values()].find((host) => host.node?.inspect().role === 'leader')?.name ?? '';
  const name = world.design.hostNames.find((each) => each !== leader) ?? '';
  const host = world.host(name);
  const kill = () => {
    world.observeQuorum();
    host.endDaemon('killed', false);
    run.run(100);
  };
  const { records, entries } = host.disk.load();
  for (let life = 0; life < livesBetween; life++) {
    kill();
    world.startDaemon(name);
    run.run(15_000);
  }
  for (let write = 0; write < 10; write++) {
    const attribute = { kind: 'attribute', node: leader, name: `x${write}`, value: '1' } as const;
    world.request(leader, { ...attribute, lifetime: 'forever', origin: 'test' }, () => undefined);
    run.run(500);
  }
  kill();
  host.disk.wipe();
  host.disk.apply([...records].map(([key, value]) => ({ op: 'put' as const, key, value })));
  if (entries.length > 0) host.disk.apply([{ op: 'append', entries }]);
  // Its own past does not bind it any more; what the others know of it does.
  world.checkers.log.wiped(name);
  world.startDaemon(name);
  return name;
}

describe('rule 16: a disk that was restored from an old copy', () => {
  it.each([0, 1])('gives its member no authority (%i lives between)', LONG, (livesBetween) => {
    const design = { shape: 'plain', hosts: 3, fencing: true, linkCount: 1 } as const;
    const run = new Scenario({ seed: 1, computePolicy, design });
    const name = restoreOldCopy(run, livesBetween);
    const fenced = run.world.fencing.executed;
    for (let second = 0; second < 60; second++) {
      run.run(1000);
      expect(run.world.host(name).node?.inspect().authority).not.toBe(true);
    }
    expect(run.world.checkers.findings).toEqual([]);
    expect(run.world.fencing.executed).toBe(fenced);
  });
});
