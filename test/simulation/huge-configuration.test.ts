import { Scenario } from '@holdfast/simulator';
import { expect, it } from 'vitest';
import { computePolicy } from './compute-policy.ts';

const COUNT = 1000;

/** One change that adds a thousand services, each watched. */
function manyServices(): unknown {
  const operations = Array.from({ length: COUNT }, (_, at) => {
    const id = `many${at}`;
    const monitor = { id: `${id}-monitor`, name: 'monitor', params: [], meta: [] };
    const attributes = { interval: '60s', timeout: '20s' };
    const agent = { class: 'ocf', provider: 'pacemaker', type: 'Dummy' };
    const empty = { meta: [], params: [], utilization: [] };
    const value = { kind: 'primitive', id, ...agent, ...empty, operations: [{ ...monitor, attributes }] };
    return { kind: 'put', entity: { kind: 'resource', value } };
  });
  return { operations };
}

it('a thousand services start, and each runs once again after the loss of a member', {
  timeout: 240_000,
}, () => {
  const design = { shape: 'plain', hosts: 5, fencing: true, linkCount: 1 } as const;
  const run = new Scenario({ seed: 1, computePolicy, design });
  const { world } = run;
  const active = () => [...world.services.values()].flatMap((each) => each.activeResources());
  const wanted = COUNT + world.design.exclusive.length;
  const [, via = '', victim = ''] = world.design.hostNames;
  world.request(via, { kind: 'change', change: manyServices(), origin: 'test' }, () => undefined);
  run.run(30_000, () => active().length === wanted);
  expect(active()).toHaveLength(wanted);
  run.run(10_000);
  world.powerOff(victim, 'test');
  run.run(30_000, () => active().length === wanted);
  expect(new Set(active()).size).toBe(wanted);
  run.run(30_000);
  expect(world.checkers.findings).toEqual([]);
  expect(active()).toHaveLength(wanted);
});
