import type { Envelope } from '@holdfast/protocol';
import { describe, expect, test } from 'vitest';
import { bootCluster, joinMember } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];

/** An envelope as the newer encoder writes it: the older decoder knows nothing of it and refuses the frame. */
type NewerEnvelope = Envelope & { readonly compact?: true };

interface MixedWorld extends SmallWorld {
  /** Frames that an older decoder had to refuse, and frames in the newer form. */
  refused: number;
  newer: number;
}

/** Hosts of the older version, level 1, and the newer one, level 2, with an encoder and a decoder each. */
function mixed(levels: readonly number[], names = NAMES): MixedWorld {
  const world = Object.assign(new SmallWorld(), { refused: 0, newer: 0 });
  for (const [at, name] of names.entries()) world.featureLevels.set(name, levels[at] ?? 1);
  world.encode = (from, envelope): NewerEnvelope => {
    // What version N+1 must do: produce the new form only once the cluster works at its level.
    if ((from.node?.inspect().featureLevel ?? 1) < 2) return envelope;
    world.newer++;
    return { ...envelope, compact: true };
  };
  world.decode = (to, envelope) => {
    const readable = world.featureLevels.get(to.name) === 2 || !(envelope as NewerEnvelope).compact;
    if (!readable) world.refused++;
    return readable ? envelope : undefined;
  };
  bootCluster(world, names);
  return world;
}

const levels = (world: SmallWorld) => NAMES.map((name) => world.host(name).node?.inspect().featureLevel);

/** Stops a host and starts it with other code, as an upgrade of one node does. */
function install(world: SmallWorld, name: string, level: number): void {
  world.kill(name, false);
  world.run(300);
  world.featureLevels.set(name, level);
  world.boot(name);
}

describe('S14: versions N and N+1 in one cluster', () => {
  test('members of one level work at it from the start', () => {
    const world = mixed([2, 2, 2]);
    expect(world.run(5000, () => levels(world).every((level) => level === 2))).toBe(true);
    world.run(1000);
    expect(world.newer).toBeGreaterThan(0);
    expect(world.refused).toBe(0);
  });

  test('an upgrade, one node at a time: nothing newer is produced before the last one speaks it', () => {
    const world = mixed([1, 1, 1]);
    for (const name of ['n3', 'n2']) {
      install(world, name, 2);
      world.run(8000, () => world.host(name).node?.inspect().authority === true);
      world.run(1000);
      expect(levels(world)).toEqual([1, 1, 1]);
      expect(world.newer).toBe(0);
    }
    install(world, 'n1', 2);
    expect(world.run(20_000, () => levels(world).every((level) => level === 2))).toBe(true);
    world.run(1000);
    expect(world.newer).toBeGreaterThan(0);
    expect(world.refused).toBe(0);
  });

  test('the status says who keeps the cluster at its level', () => {
    const world = mixed([1, 1, 1]);
    const old = world.leader()?.name ?? '';
    for (const name of NAMES.filter((each) => each !== old)) {
      install(world, name, 2);
      world.run(8000, () => world.host(name).node?.inspect().authority === true);
    }
    // It is away, but may come back as it was.
    world.kill(old, true);
    world.run(8000, () => world.leader() !== undefined && world.leader()?.name !== old);
    world.run(2000);
    expect(levels(world).filter((level) => level !== undefined)).toEqual([1, 1]);
    expect(world.leader()?.node?.status()?.warnings.join()).toContain(`until these are upgraded: ${old}`);
  });

  test('going back is possible until the level is raised, and a member that is too old ends with an error', () => {
    const world = mixed([1, 1, 1]);
    install(world, 'n3', 2);
    world.run(8000, () => world.host('n3').node?.inspect().authority === true);
    install(world, 'n3', 1);
    expect(world.run(8000, () => world.host('n3').node?.inspect().authority === true)).toBe(true);
    for (const name of NAMES) {
      install(world, name, 2);
      world.run(8000, () => world.host(name).node?.inspect().authority === true);
    }
    expect(world.run(20_000, () => levels(world).every((level) => level === 2))).toBe(true);
    install(world, 'n3', 1);
    expect(world.run(5000, () => world.host('n3').node === null)).toBe(true);
    expect(world.host('n3').exit?.reason).toBe('MEMBER_TOO_OLD');
    install(world, 'n3', 2);
    expect(world.run(8000, () => world.host('n3').node?.inspect().authority === true)).toBe(true);
  });

  test('a machine that joins and is too old is not admitted, and ends', () => {
    const world = mixed([2, 2, 2]);
    world.run(5000, () => levels(world).every((level) => level === 2));
    // It has to understand the leader so far as to be told: the newer form waits.
    world.encode = (_from, envelope) => envelope;
    world.featureLevels.set('n4', 1);
    joinMember(world, 'n1', 'n4', [...NAMES, 'n4']);
    expect(world.run(10_000, () => world.host('n4').exit !== undefined)).toBe(true);
    expect(world.host('n4').exit?.reason).toBe('MEMBER_TOO_OLD');
    expect(world.host('n1').node?.inspect().voters).toEqual(NAMES);
    expect(levels(world)).toEqual([2, 2, 2]);
  });
});
