import { Scenario } from '@holdfast/simulator';
import { describe, expect, it } from 'vitest';
import { computePolicy } from './compute-policy.ts';
import { electByForgottenVote } from './forgotten-vote.ts';

const LONG = { timeout: 120_000 };

describe('rule 16: a disk that was restored from an old copy', () => {
  it.each([0, 1, 3])(
    'does not help to elect one who lacks what was committed (%i lives between)',
    LONG,
    (lives) => {
      const { findings, isOutdated, ledMeanwhile } = electByForgottenVote(lives);
      expect(findings).toEqual([]);
      expect(isOutdated).toBe(true);
      expect(ledMeanwhile).toEqual([]);
    },
  );

  it('ends its member, takes its vote, and it may join anew', LONG, () => {
    const design = { shape: 'plain', hosts: 3, fencing: true, linkCount: 1 } as const;
    const run = new Scenario({ seed: 1, computePolicy, design });
    const { world } = run;
    const leader = [...world.hosts.values()].find((host) => host.node?.inspect().role === 'leader');
    const name = world.design.hostNames.find((each) => each !== leader?.name) ?? '';
    const host = world.host(name);
    const copy = host.disk.load();
    for (let write = 0; write < 10; write++) {
      const attribute = { kind: 'attribute', node: name, name: `x${write}`, value: '1' } as const;
      world.request(name, { ...attribute, lifetime: 'forever', origin: 'test' }, () => undefined);
      run.run(300);
    }
    world.observeQuorum();
    host.endDaemon('killed', false);
    host.disk.restore(copy);
    world.checkers.log.wiped(name);
    world.startDaemon(name);
    run.run(5000);
    expect(world.isOutdated(name)).toBe(true);
    expect(leader?.node?.inspect().voters).not.toContain(name);
    expect(leader?.node?.status()?.warnings.join()).toContain(
      `The store of ${name} is older than what it has promised`,
    );
    // It does not come back by itself, however often it is started.
    world.startDaemon(name);
    run.run(60_000);
    expect(host.node).toBeNull();
    expect(world.checkers.findings).toEqual([]);
  });
});
