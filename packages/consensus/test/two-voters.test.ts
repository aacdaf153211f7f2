import { describe, expect, it } from 'vitest';
import { bootstrapState, makeMembers, voter } from '../src/index.ts';
import type { FaultPlan } from './support/faulty-world.ts';
import { seeded } from './support/seeded.ts';
import { type LeftOut, TwoVoterWorld } from './support/two-voter-world.ts';

const seedCount = Number(process.env.HOLDFAST_SEEDS ?? 200);

function drawPlan(seed: number): FaultPlan {
  const draw = seeded(seed * 104_729);
  const some = (limit: number) => (draw() < 0.3 ? 0 : draw() * limit);
  return {
    loss: some(0.2),
    duplication: some(0.2),
    maxDelayMs: 5 + some(200),
    crashPerSecond: some(0.6),
    blackoutPerSecond: some(0.3),
    suspicionPerSecond: 0,
    partitionPerSecond: 0.2 + some(1),
    diskMaxMs: some(60),
    membersChange: 0,
  };
}

function runSeed(seed: number, leftOut: LeftOut): TwoVoterWorld {
  const world = new TwoVoterWorld(seed, drawPlan(seed), leftOut);
  const start = bootstrapState(makeMembers([voter('a'), voter('b')]));
  for (const name of ['a', 'b']) world.add(name, start);
  world.run(40_000);
  world.heal();
  world.run(5000);
  return world;
}

/** The first broken promise within so many seeds. */
function firstFailure(leftOut: LeftOut, seeds: number): string | undefined {
  for (let seed = 1; seed <= seeds; seed++) {
    try {
      runSeed(seed, leftOut);
    } catch (error) {
      return `seed ${seed}: ${(error as Error).message}`;
    }
  }
  return undefined;
}

describe('rule 9 with two voters that fence each other', () => {
  it('never makes two sole voters and never loses what was acknowledged', () => {
    let soleStarts = 0;
    let committed = 0;
    for (let seed = 1; seed <= seedCount; seed++) {
      const world = runSeed(seed, 'nothing');
      soleStarts += world.soleStarts;
      committed += world.checker.committedCount;
      expect(world.leader(), `seed ${seed} has a leader after healing`).toBeDefined();
    }
    console.log(`${seedCount} seeds: ${soleStarts} times alone, ${committed} entries committed`);
    expect(soleStarts).toBeGreaterThan(seedCount);
  }, 120_000);

  it.each(['authority', 'incarnation'] as const)(
    'breaks without the condition on %s, so the checkers see it',
    (leftOut) => {
      const failure = firstFailure(leftOut, 3000);
      console.log(`without the condition on ${leftOut}: ${failure}`);
      expect(failure).toBeDefined();
    },
    120_000,
  );
});
