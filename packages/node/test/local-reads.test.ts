import { ConfigurationReading } from '@holdfast/model';
import { type Envelope, encodeEnvelope, type PeerMessage } from '@holdfast/protocol';
import { describe, expect, test } from 'vitest';
import { bootCluster, fenceDevice, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];

function running(resources: number): SmallWorld {
  const world = new SmallWorld();
  bootCluster(world, NAMES);
  const many = Array.from({ length: resources }, (_, at) => primitive(`web-${at}`));
  world.configure('n1', { resources: [fenceDevice(), ...many] });
  world.run(3000);
  return world;
}

function resourcesRead(world: SmallWorld, read: number): readonly string[] | undefined {
  const answer = world.answers.get(read);
  return answer?.ok && answer.value instanceof ConfigurationReading
    ? answer.value.state.configuration.resources.map(({ id }) => id)
    : undefined;
}

function followers(world: SmallWorld): string[] {
  const leader = world.leader()?.name;
  return NAMES.filter((name) => name !== leader);
}

/** Every envelope without the parts that are not wanted. */
function without(wanted: (part: PeerMessage) => boolean) {
  return (envelope: Envelope): Envelope => ({ ...envelope, parts: envelope.parts.filter(wanted) });
}

describe('a read of the configuration', () => {
  test('is answered by the member that was asked, and moves nothing of the configuration', () => {
    const world = running(300);
    let mostBytes = 0;
    world.encode = (_from, envelope) => {
      mostBytes = Math.max(mostBytes, encodeEnvelope(envelope).length);
      return envelope;
    };
    const reads = NAMES.map((name) => world.request(name, { kind: 'configuration' }));
    world.run(2000, () => reads.every((read) => world.answers.has(read)));
    for (const read of reads) expect(resourcesRead(world, read)).toHaveLength(301);
    expect(mostBytes).toBeLessThan(4000);
  });

  test('S4: a member that lies behind answers once it has come as far as the leader had', () => {
    const world = running(1);
    const [behind] = followers(world) as [string];
    const isNews = (part: PeerMessage) =>
      part.kind === 'consensus' && (part.body as { type?: unknown }).type === 'append';
    world.decode = (to, envelope) =>
      to.name === behind ? without((part) => !isNews(part))(envelope) : envelope;
    const write = world.configure('n1', { resources: [primitive('late')] });
    expect(world.run(2000, () => world.answers.has(write))).toBe(true);
    const read = world.request(behind, { kind: 'configuration' });
    world.run(1000);
    expect(world.answers.has(read)).toBe(false);
    world.decode = (_to, envelope) => envelope;
    world.run(3000, () => world.answers.has(read));
    expect(resourcesRead(world, read)).toContain('late');
  });

  test('that cannot catch up ends with TIMEOUT and says whom to ask', () => {
    const world = running(1);
    const [behind] = followers(world) as [string];
    world.decode = (to, envelope) =>
      to.name === behind
        ? without((part) => part.kind !== 'consensus' || (part.body as { type?: unknown }).type !== 'append')(
            envelope,
          )
        : envelope;
    const write = world.configure('n1', { resources: [primitive('late')] });
    world.run(2000, () => world.answers.has(write));
    const read = world.request(behind, { kind: 'configuration' });
    world.run(25_000, () => world.answers.has(read));
    expect(world.answers.get(read)).toMatchObject({ ok: false, error: { code: 'TIMEOUT' } });
    expect(JSON.stringify(world.answers.get(read))).toContain('ask another');
  });

  test('is refused when a leader answers nonsense', () => {
    for (const value of [null, 7, { index: 'x' }, { index: 1e300 }]) {
      const world = running(1);
      const [asked] = followers(world) as [string];
      world.encode = (_from, envelope) => ({
        ...envelope,
        parts: envelope.parts.map((part) =>
          part.kind === 'response' ? { ...part, response: { ok: true, value } } : part,
        ),
      });
      const read = world.request(asked, { kind: 'configuration' });
      world.run(2000, () => world.answers.has(read));
      expect(world.answers.get(read)).toMatchObject({ ok: false, error: { code: 'NO_LEADER' } });
    }
  });
});
