import { Scenario } from '@holdfast/simulator';
import { computePolicy } from './compute-policy.ts';

type Options = ConstructorParameters<typeof Scenario>[0];

/** Five hosts and a virtual machine that is where it is sent, once it has arrived there. */
export interface MachineStory {
  readonly run: Scenario;
  readonly leader: string;
  /** The hosts that do not lead. */
  readonly others: readonly string[];
  /** Says where the machine belongs from now on. */
  readonly move: (host: string) => void;
  readonly isOn: (host: string) => boolean;
}

/** Starts a story about one virtual machine; it is on the first of the others. */
export function startMachineStory(options: {
  readonly seed: number;
  readonly design: Partial<NonNullable<Options['design']>>;
  readonly watchdogMs: number;
}): MachineStory {
  const design = { shape: 'plain', hosts: 5, linkCount: 1, ...options.design } as const;
  const extras = { slow: 0, lifelike: true, watchdogMs: options.watchdogMs, database: false };
  const run = new Scenario({ seed: options.seed, computePolicy, design, extras });
  const { world } = run;
  const leader = [...world.hosts.values()].find((host) => host.node?.inspect().role === 'leader')?.name ?? '';
  const others = world.design.hostNames.filter((name) => name !== leader);
  const machine = world.design.resources.find((each) => each.kind === 'primitive' && each.meta.length > 0);
  const resource = machine?.id ?? '';
  const move = (node: string): void => {
    const value = { kind: 'location', id: 'place', resource, node, score: 'INFINITY', sets: [], rules: [] };
    const change = { operations: [{ kind: 'put', entity: { kind: 'constraint', value } }] };
    world.request(leader, { kind: 'change', change, origin: 'test' }, () => undefined);
  };
  const isOn = (name: string): boolean => world.services.get(name)?.isActive(resource) === true;
  const [first = ''] = others;
  move(first);
  run.run(20_000, () => isOn(first));
  run.run(5000);
  return { run, leader, others, move, isOn };
}
