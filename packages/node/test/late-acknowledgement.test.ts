import type { Constraint } from '@holdfast/model';
import type { Envelope } from '@holdfast/protocol';
import { describe, expect, test } from 'vitest';
import { bootCluster, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const ON_N3: Constraint = {
  kind: 'location',
  id: 'there',
  resource: 'web',
  node: 'n3',
  score: '100',
  sets: [],
  rules: [],
};

function only(envelope: Envelope, kind: string): Envelope {
  return { ...envelope, parts: envelope.parts.filter((part) => part.kind === kind) };
}

function without(envelope: Envelope, kind: string): Envelope {
  return { ...envelope, parts: envelope.parts.filter((part) => part.kind !== kind) };
}

describe('an acknowledgement of a report', () => {
  test('that was for an earlier life does not count for the same number of the present one', () => {
    const world = new SmallWorld();
    bootCluster(world, ['n1', 'n2', 'n3']);
    const late: Envelope[] = [];
    let holdsReports = false;
    world.decode = (to, envelope) => {
      if (to.name === 'n3' && to.life === 1) late.push(only(envelope, 'reportReceived'));
      return holdsReports && to.name === 'n1' ? without(envelope, 'report') : envelope;
    };
    world.configure('n1', { resources: [primitive('web')], constraints: [ON_N3] });
    world.run(5000, () => world.where('web').length === 1);
    // Failures that are found and mended make reports, and reports make acknowledgements.
    for (let round = 0; round < 4; round++) {
      world.run(3000);
      world.host('n3').active.delete('web');
    }
    world.run(4000);
    world.kill('n3', false);
    world.boot('n3');
    world.run(6000);
    expect(world.where('web')).toEqual(['n3']);
    holdsReports = true;
    world.host('n3').active.delete('web');
    world.run(1500);
    for (const message of late.filter(({ parts }) => parts.length > 0))
      world.feed(world.host('n3'), { kind: 'message', from: 'n1', link: 0, message });
    holdsReports = false;
    expect(world.run(5000, () => world.where('web').length === 1)).toBe(true);
  });
});
