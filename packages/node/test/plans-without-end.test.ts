import { EMPTY_CONFIGURATION, type Primitive } from '@holdfast/model';
import { computeTransition } from '@holdfast/policy-engine';
import { describe, expect, test } from 'vitest';
import { policyAnswer } from '../src/index.ts';
import { bootCluster, fenceDevice, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

/** Its monitor may fail, and nobody minds. */
function tolerant(id: string): Primitive {
  const plain = primitive(id);
  const operations = plain.operations.map((each) => ({
    ...each,
    attributes: { ...each.attributes, 'on-fail': 'ignore' },
  }));
  return { ...plain, operations };
}

describe('a plan that cannot be carried out', () => {
  // A seed of the simulator made three thousand plans in half a minute (747).
  test('is made again after a wait, though it ends a monitor each time', () => {
    const world = new SmallWorld();
    bootCluster(world, ['n1', 'n2', 'n3']);
    const pairs = [{ id: 'fe', name: 'fencing-enabled', value: 'true' }];
    const base = {
      ...EMPTY_CONFIGURATION,
      resources: [tolerant('web'), primitive('other'), fenceDevice()],
      options: [{ id: 'o', rules: [], pairs }],
    };
    world.configure('n1', base);
    expect(world.run(5000, () => world.where('web').length === 1)).toBe(true);
    const [home = ''] = world.where('web');
    world.faults.set(`${home} monitor web`, 1);
    world.run(3000);
    // Its monitor is ended now, and the record of the failure is what remains of it.
    const maintenance = [{ id: 'm', name: 'maintenance', value: 'true' }];
    const nodes = [
      {
        id: home,
        name: home,
        attributes: [{ id: 'nodes-home', rules: [], pairs: maintenance }],
        utilization: [],
      },
    ];
    world.configure('n1', { ...base, nodes });
    world.run(3000);
    let plans = 0;
    let ended = 0;
    world.policy = (input) => {
      const answer = policyAnswer(computeTransition(input));
      plans++;
      if (answer.graph.synapses.some(({ action }) => action.operation === 'cancel')) ended++;
      return answer;
    };
    world.fenceWorks = false;
    const victim = ['n3', 'n2'].find((name) => name !== home) ?? '';
    world.kill(victim, true);
    world.run(6000);
    expect(ended).toBeGreaterThan(1);
    expect(plans).toBeLessThan(30);
  });
});
