import { Scenario } from '@holdfast/simulator';
import { computePolicy } from './compute-policy.ts';

/** What a run of the script came to. */
export interface ForgottenVote {
  readonly findings: readonly string[];
  /** Whether the member whose disk went back has found that out. */
  readonly isOutdated: boolean;
  /** Who led while the old leader was gone. */
  readonly ledMeanwhile: readonly string[];
  /** Voters at the end, as the leader counts them. */
  readonly voters: readonly string[];
}

/**
 * Of three voters one does not get what the two others commit. Then the leader is gone, and the disk of the other
 * one of those two goes back to before those commits: what is left is a majority of votes, and no member that has the
 * commits.
 *
 * @param livesBetween times that the member's daemon was started again between the copy and its restore
 */
export function electByForgottenVote(livesBetween: number): ForgottenVote {
  const design = { shape: 'plain', hosts: 3, fencing: false, linkCount: 1 } as const;
  const run = new Scenario({ seed: 2, computePolicy, design });
  const { world } = run;
  const leaders = () => [...world.hosts.values()].filter(({ node }) => node?.inspect().role === 'leader');
  const leader = leaders()[0]?.name ?? '';
  const [forgetful = '', behind = ''] = world.design.hostNames.filter((name) => name !== leader);
  const host = world.host(forgetful);
  const kill = (name: string) => {
    world.observeQuorum();
    world.host(name).endDaemon('killed', false);
    run.run(100);
  };
  const copy = host.disk.load();
  for (let life = 0; life < livesBetween; life++) {
    kill(forgetful);
    world.startDaemon(forgetful);
    run.run(8000);
  }
  // The one that is left behind hears the other follower, but gets nothing from the leader.
  world.observeQuorum();
  for (const [from, to] of [
    [leader, behind],
    [behind, leader],
  ] as const)
    world.network.setCut(from, to, 0, true);
  for (let write = 0; write < 10; write++) {
    const attribute = { kind: 'attribute', node: leader, name: `x${write}`, value: '1' } as const;
    world.request(leader, { ...attribute, lifetime: 'forever', origin: 'test' }, () => undefined);
    run.run(300);
  }
  run.run(3000);
  kill(leader);
  kill(forgetful);
  host.disk.restore(copy);
  // Its own past does not bind it any more; what the others know of it does.
  world.checkers.log.wiped(forgetful);
  world.startDaemon(forgetful);
  const ledMeanwhile = new Set<string>();
  run.run(20_000, () => {
    for (const { name } of leaders()) ledMeanwhile.add(name);
    return false;
  });
  world.network.heal();
  world.startDaemon(leader);
  run.run(20_000);
  return {
    findings: world.checkers.findings.map(({ checker }) => checker),
    isOutdated: world.isOutdated(forgetful),
    ledMeanwhile: [...ledMeanwhile],
    voters: leaders()[0]?.node?.inspect().voters ?? [],
  };
}
