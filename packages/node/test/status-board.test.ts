import { expect, test } from 'vitest';
import { bootCluster } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];

function statesAt(world: SmallWorld, name: string): Record<string, string> {
  const nodes = world.host(name).node?.status()?.nodes ?? [];
  return Object.fromEntries(nodes.map((node) => [node.name, node.state]));
}

test('a member that is cut off calls nobody online whom it does not hear, and counts no vote of theirs', () => {
  const world = new SmallWorld();
  bootCluster(world, NAMES);
  world.run(2000, () => Object.values(statesAt(world, 'n3')).every((state) => state === 'online'));
  expect(statesAt(world, 'n3')).toEqual({ n1: 'online', n2: 'online', n3: 'online' });
  world.isolate('n3');
  world.run(5000);
  expect(world.host('n3').node?.status()).toMatchObject({
    leader: null,
    quorate: false,
    votes: { present: 1 },
  });
  expect(statesAt(world, 'n3')).toEqual({ n1: 'unknown', n2: 'unknown', n3: 'online' });
  expect(statesAt(world, 'n1')).toMatchObject({ n1: 'online', n2: 'online' });
});

test('a member that boots while it is cut off has no authority and knows nobody', () => {
  const world = new SmallWorld();
  bootCluster(world, NAMES);
  world.run(2000);
  world.isolate('n3');
  world.kill('n3', true);
  world.boot('n3');
  world.run(5000);
  expect(statesAt(world, 'n3')).toEqual({ n1: 'unknown', n2: 'unknown', n3: 'pending' });
});
