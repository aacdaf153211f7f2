import type { Primitive } from '@holdfast/model';
import type { SmallWorld } from './small-world.ts';

/** A primitive with a monitor. */
export function primitive(id: string): Primitive {
  return {
    kind: 'primitive',
    id,
    class: 'ocf',
    provider: 'test',
    type: 'Dummy',
    meta: [],
    params: [],
    utilization: [],
    operations: [
      { id: `${id}-monitor`, name: 'monitor', attributes: { interval: '1s' }, params: [], meta: [] },
    ],
  };
}

/** A fence device for every host. */
export function fenceDevice(): Primitive {
  return {
    kind: 'primitive',
    id: 'power',
    class: 'stonith',
    type: 'fence_test',
    meta: [],
    params: [{ id: 'power-params', rules: [], pairs: [{ id: 'p', name: 'port', value: '1' }] }],
    utilization: [],
    operations: [],
  };
}

/** Boots n1 as founder, lets the others join as voters, and waits until all have authority. */
export function bootCluster(world: SmallWorld, names: readonly string[]): void {
  const [founder = 'n1', ...joiners] = names;
  world.addHost(founder, 'founder', [founder]);
  world.boot(founder);
  world.run(2000, () => world.leader() !== undefined);
  for (const name of joiners) joinMember(world, founder, name, names);
  world.run(10_000, () => world.host(founder).node?.inspect().voters.length === names.length);
}

/** Lets a new host join with a ticket and boots it. */
export function joinMember(
  world: SmallWorld,
  through: string,
  name: string,
  known: readonly string[],
  peerId = `peer-${name}`,
): void {
  const ticket = world.request(through, {
    kind: 'token',
    ticketPeerId: `ticket-${peerId}`,
    voter: true,
    witness: false,
    validMs: 60_000,
    origin: 'test',
  });
  world.run(1000, () => world.answers.has(ticket));
  const join = world.request(through, {
    kind: 'join',
    ticketPeerId: `ticket-${peerId}`,
    peerId,
    name,
    addresses: [`${name}:1`],
  });
  world.run(12_000, () => world.answers.has(join));
  const answer = world.answers.get(join);
  if (!answer?.ok) throw new Error(`join refused: ${JSON.stringify(answer)}`);
  world.addHost(name, 'joiner', known, peerId);
  world.boot(name, peerId);
}
