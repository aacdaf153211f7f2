import { startMachineStory } from './machine-story.ts';

/**
 * A virtual machine is to move to a host that has just been cut off from all members but the one that has it. It hears
 * of nothing, and its watchdog is all that could end what arrives there. In some seeds other things run on it, which
 * keep its watchdog from being fed anyway.
 *
 * @returns what the checkers found
 */
export function sendToOneCutOff(seed: number): readonly string[] {
  const design = { fencing: false, noQuorumPolicy: 'freeze' } as const;
  const { run, others, move } = startMachineStory({ seed, design, watchdogMs: 3000 });
  const { world } = run;
  const [source = '', target = ''] = others;
  world.observeQuorum();
  for (const other of world.design.hostNames) {
    if (other === target || other === source) continue;
    world.network.setCut(other, target, 0, true);
    world.network.setCut(target, other, 0, true);
  }
  move(target);
  run.run(30_000);
  return world.checkers.findings.map(({ checker }) => checker);
}
