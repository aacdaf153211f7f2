import { Scenario } from '@holdfast/simulator';
import { computePolicy } from './compute-policy.ts';

/**
 * A virtual machine is to move to a host that has just been cut off from all members but the one that has it. It hears
 * of nothing, and its watchdog is all that could end what arrives there. In some seeds other things run on it, which
 * keep its watchdog from being fed anyway.
 *
 * @returns what the checkers found
 */
export function sendToOneCutOff(seed: number): readonly string[] {
  const design = {
    shape: 'plain',
    hosts: 5,
    fencing: false,
    linkCount: 1,
    noQuorumPolicy: 'freeze',
  } as const;
  const extras = { slow: 0, lifelike: true, watchdogMs: 3000, database: false };
  const run = new Scenario({ seed, computePolicy, design, extras });
  const { world } = run;
  const leader = [...world.hosts.values()].find((host) => host.node?.inspect().role === 'leader')?.name ?? '';
  const [source = '', target = ''] = world.design.hostNames.filter((name) => name !== leader);
  const machine = world.design.resources.find((each) => each.kind === 'primitive' && each.meta.length > 0);
  const resource = machine?.id ?? '';
  const move = (node: string) => {
    const value = { kind: 'location', id: 'place', resource, node, score: 'INFINITY', sets: [], rules: [] };
    const change = { operations: [{ kind: 'put', entity: { kind: 'constraint', value } }] };
    world.request(leader, { kind: 'change', change, origin: 'test' }, () => undefined);
  };
  const isOn = (name: string) => world.services.get(name)?.isActive(resource) === true;
  move(source);
  run.run(20_000, () => isOn(source));
  run.run(5000);
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
