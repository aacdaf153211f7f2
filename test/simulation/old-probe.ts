import { startMachineStory } from './machine-story.ts';

/** What a run of the script came to. */
export interface OldProbe {
  readonly findings: readonly string[];
  /** Where the virtual machine is at the end. */
  readonly places: readonly string[];
}

/**
 * A virtual machine is on its way from one host to another when it is decided that it belongs on a third one. Before it
 * has arrived the leader dies, and when it has the source loses its power, so that nobody is left who knows; what the
 * target knows is its probe from before.
 */
export function recoverByOldProbe(seed: number): OldProbe {
  const { run, leader, others, move, isOn } = startMachineStory({
    seed,
    design: { fencing: true },
    watchdogMs: 0,
  });
  const { world } = run;
  const [source = '', target = '', third = ''] = others;
  const services = world.services.get(source);
  if (services) services.slow = 1;
  move(target);
  run.run(200);
  move(third);
  run.run(100);
  world.observeQuorum();
  world.host(leader).endDaemon('killed', false);
  run.run(20_000, () => isOn(target));
  world.powerOff(source, 'power loss');
  run.run(40_000);
  return {
    findings: world.checkers.findings.map(({ checker }) => checker),
    places: world.design.hostNames.filter(isOn),
  };
}
