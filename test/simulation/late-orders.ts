import { Scenario } from '@holdfast/simulator';
import { computePolicy } from './compute-policy.ts';

/** A cluster of three in which everything runs on one member that does not lead, and another one is free. */
interface Stage {
  readonly run: Scenario;
  readonly leader: string;
  readonly home: string;
  readonly spare: string;
}

function standby({ run, leader }: Pick<Stage, 'run' | 'leader'>, node: string, on: boolean): void {
  const value = on ? 'on' : null;
  const name = 'standby';
  run.world.request(
    leader,
    { kind: 'attribute', node, name, value, lifetime: 'forever', origin: 'test' },
    () => undefined,
  );
}

function stage(seed: number): Stage {
  const design = { shape: 'plain', hosts: 3, fencing: true, linkCount: 2 } as const;
  const run = new Scenario({ seed, computePolicy, design });
  const { world } = run;
  const leader = [...world.hosts.values()].find((host) => host.node?.inspect().role === 'leader')?.name ?? '';
  standby({ run, leader }, leader, true);
  run.run(10_000);
  const [home = '', spare = ''] = world.design.hostNames.filter((name) => name !== leader);
  standby({ run, leader }, spare, true);
  run.run(10_000);
  standby({ run, leader }, spare, false);
  run.run(10_000);
  return { run, leader, home, spare };
}

/** Orders of a start wait in the network until the member they are for has a new life. */
export function ordersForAnEarlierLife(seed: number): readonly string[] {
  const { run, leader, home, spare } = stage(seed);
  const { world } = run;
  for (const link of world.linkNumbers()) world.network.quality(leader, spare, link).clogged = true;
  standby({ run, leader }, home, true);
  run.run(400);
  world.observeQuorum();
  world.host(spare).endDaemon('killed', false);
  run.run(100);
  world.startDaemon(spare);
  run.run(100);
  for (const link of world.linkNumbers()) world.network.unclog(leader, spare, link);
  run.run(20_000);
  return world.checkers.findings.map(({ checker }) => checker);
}

/** Orders of a start wait in the network until the member they are for has obeyed newer ones. */
export function ordersThatWereOvertaken(seed: number): readonly string[] {
  const { run, leader, home, spare } = stage(seed);
  const { world } = run;
  world.network.quality(leader, spare, 0).clogged = true;
  standby({ run, leader }, home, true);
  run.run(500);
  // What is said from here on takes the other link.
  world.observeQuorum();
  world.network.setCut(leader, spare, 0, true);
  run.run(5000);
  standby({ run, leader }, home, false);
  run.run(1000);
  standby({ run, leader }, spare, true);
  run.run(10_000);
  world.network.setCut(leader, spare, 0, false);
  world.network.unclog(leader, spare, 0);
  run.run(20_000);
  return world.checkers.findings.map(({ checker }) => checker);
}
