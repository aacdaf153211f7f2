import { Scenario } from '@holdfast/simulator';
import { computePolicy } from './compute-policy.ts';

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
  const design = { shape: 'plain', hosts: 5, fencing: true, linkCount: 1 } as const;
  const extras = { slow: 0, lifelike: true, watchdogMs: 0, database: false };
  const run = new Scenario({ seed, computePolicy, design, extras });
  const { world } = run;
  const leader = [...world.hosts.values()].find((host) => host.node?.inspect().role === 'leader')?.name ?? '';
  const [source = '', target = '', third = ''] = world.design.hostNames.filter((name) => name !== leader);
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
