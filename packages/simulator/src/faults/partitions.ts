import type { SeededRandom } from '../world/random.ts';
import type { FaultTarget } from './target.ts';

function cutBoth(world: FaultTarget, a: string, b: string, lastsMs: number): void {
  world.cut({ from: a, to: b, lastsMs });
  world.cut({ from: b, to: a, lastsMs });
}

/** Two sides of random size that cannot talk. */
export function cutGroups(world: FaultTarget, random: SeededRandom, lastsMs: number): void {
  const shuffled = random.shuffled(world.hostNames);
  const size = random.integer(1, shuffled.length - 1);
  for (const a of shuffled.slice(0, size))
    for (const b of shuffled.slice(size)) cutBoth(world, a, b, lastsMs);
}

/** One host alone, in both directions or in one only. */
export function isolateOne(world: FaultTarget, random: SeededRandom, lastsMs: number): void {
  const alone = random.pick(world.hostNames);
  const mode = random.pick(['both', 'inbound', 'outbound'] as const);
  for (const other of world.hostNames) {
    if (other === alone) continue;
    if (mode !== 'outbound') world.cut({ from: other, to: alone, lastsMs });
    if (mode !== 'inbound') world.cut({ from: alone, to: other, lastsMs });
  }
}

/** One direction between one pair. */
export function oneWayCut(world: FaultTarget, random: SeededRandom, lastsMs: number): void {
  const [from, to] = random.shuffled(world.hostNames);
  if (from && to) world.cut({ from, to, lastsMs });
}

/** Everybody reaches only the two neighbours: majorities overlap, nobody sees all. */
export function ringOfNeighbours(world: FaultTarget, random: SeededRandom, lastsMs: number): void {
  const ring = random.shuffled(world.hostNames);
  ring.forEach((a, i) => {
    ring.forEach((b, j) => {
      const distance = Math.abs(i - j);
      if (i < j && distance > 1 && distance < ring.length - 1) cutBoth(world, a, b, lastsMs);
    });
  });
}

/** Two halves that only one host can reach both of. */
export function bridge(world: FaultTarget, random: SeededRandom, lastsMs: number): void {
  const [, ...rest] = random.shuffled(world.hostNames);
  const half = Math.ceil(rest.length / 2);
  for (const a of rest.slice(0, half)) for (const b of rest.slice(half)) cutBoth(world, a, b, lastsMs);
}

/** One link number between all hosts goes dark; the other links must carry on. */
export function singleLinkCut(world: FaultTarget, random: SeededRandom, lastsMs: number): void {
  const link = random.integer(0, world.linkCount - 1);
  for (const from of world.hostNames) {
    for (const to of world.hostNames) if (from !== to) world.cut({ from, to, link, lastsMs });
  }
}
