import type { Group } from '@holdfast/model';
import type { Envelope } from '@holdfast/protocol';
import { describe, expect, test } from 'vitest';
import { bootCluster, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const site: Group = {
  kind: 'group',
  id: 'site',
  params: [],
  meta: [],
  members: [primitive('data'), primitive('web')],
};

/** No entries of the log in it: they were lost on the way. */
function withoutEntries(envelope: Envelope): Envelope {
  const isAppend = (part: Envelope['parts'][number]) =>
    part.kind === 'consensus' && (part.body as { readonly type: string }).type === 'append';
  return { ...envelope, parts: envelope.parts.filter((part) => !isAppend(part)) };
}

describe('a plan that was given up', () => {
  // A seed of the simulator found it (90051).
  test('S7: a start whose grant is committed after the end of what it needs was told is not sent', () => {
    const world = new SmallWorld();
    bootCluster(world, ['n1', 'n2', 'n3']);
    const needsData: boolean[] = [];
    let isHeldUp = false;
    world.onActive = (service) => {
      // The grant for the second one is held up, and the first one ends before that is over.
      if (service === 'data' && !isHeldUp) {
        isHeldUp = true;
        world.encode = (_, envelope) => withoutEntries(envelope);
      }
      if (service === 'web') needsData.push(world.where('data').length === 1);
    };
    world.configure('n1', { resources: [site] });
    expect(world.run(10_000, () => world.where('data').length === 1)).toBe(true);
    world.run(100);
    const [home = ''] = world.where('data');
    world.host(home).active.delete('data');
    const failures = () => world.leader()?.logs.filter((line) => line.includes('transition-aborted')) ?? [];
    const before = failures().length;
    expect(world.run(3000, () => failures().length > before)).toBe(true);
    expect(world.where('web')).toEqual([]);
    world.encode = (_, envelope) => envelope;
    expect(world.run(10_000, () => world.where('web').length === 1)).toBe(true);
    expect(needsData).toEqual([true]);
  });
});
