import { EMPTY_CONFIGURATION } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { FenceCoordinator } from '../src/leader/fence-coordinator.ts';
import type { NodeContext } from '../src/node-context.ts';
import { ConfigurationFacts } from '../src/replicated/configuration-facts.ts';
import { fenceDevice } from './small-cluster.ts';

function coordinator(): FenceCoordinator {
  const configuration = { ...EMPTY_CONFIGURATION, resources: [fenceDevice()] };
  const state = { members: new Map(), configIndex: 1, configuration: { configuration } };
  const replica = { state, facts: new ConfigurationFacts(configuration), consensus: { term: 1, self: 'n1' } };
  const context = { replica, nowMs: 0, wallMs: 0, random: () => 0, outbox: { log: () => undefined } };
  return new FenceCoordinator(context as unknown as NodeContext, () => true);
}

function ordered(all: FenceCoordinator, action: 'on' | 'off' | 'reboot'): string[] {
  const answers: string[] = [];
  all.order('n3', action, 'test', 'test', (proven, reason) => answers.push(`${proven}: ${reason}`));
  return answers;
}

describe('a fence order while another one about the same member is under way', () => {
  test('shares its end when that proves what it needs', () => {
    const all = coordinator();
    expect([ordered(all, 'reboot'), ordered(all, 'off')]).toEqual([[], []]);
  });

  // To have been switched on was taken for having been put out of action.
  test.each(['off', 'reboot'] as const)('is refused when the member is being switched on: %s', (action) => {
    const all = coordinator();
    expect(ordered(all, 'on')).toEqual([]);
    expect(ordered(all, action)).toEqual(['false: another request about it is under way']);
  });
});
