import type { Voter } from './voters.ts';

/** What a set of votes amounts to. */
export type Tally = 'won' | 'pending' | 'lost';

/** Sum of all weights. */
export function totalWeight(voters: readonly Voter[]): number {
  let total = 0;
  for (const { weight } of voters) total += weight;
  return total;
}

/** The weight a decision needs: strictly more than half (rule 2). With no voters nothing can be decided. */
export function majorityWeight(voters: readonly Voter[]): number {
  return Math.floor(totalWeight(voters) / 2) + 1;
}

/** Weight of the voters that `includes` accepts. */
export function weightOf(voters: readonly Voter[], includes: (name: string) => boolean): number {
  let weight = 0;
  for (const candidate of voters) if (includes(candidate.name)) weight += candidate.weight;
  return weight;
}

/** Whether the accepted voters hold strictly more than half of the weight (rule 2). */
export function isMajority(voters: readonly Voter[], includes: (name: string) => boolean): boolean {
  return weightOf(voters, includes) >= majorityWeight(voters);
}

/**
 * Whether the accepted voters hold exactly half: no majority, but neither can the others have one (rule 9).
 */
export function isExactlyHalf(voters: readonly Voter[], includes: (name: string) => boolean): boolean {
  const total = totalWeight(voters);
  return total > 0 && weightOf(voters, includes) * 2 === total;
}

/** Counts votes; `voteOf` gives true for granted, false for refused, undefined for no answer yet. */
export function tally(voters: readonly Voter[], voteOf: (name: string) => boolean | undefined): Tally {
  const needed = majorityWeight(voters);
  let granted = 0;
  let open = 0;
  for (const { name, weight } of voters) {
    const vote = voteOf(name);
    if (vote === true) granted += weight;
    else if (vote === undefined) open += weight;
  }
  if (granted >= needed) return 'won';
  return granted + open >= needed ? 'pending' : 'lost';
}

/**
 * The highest value that a majority has reached. With log positions it is the highest index stored on a
 * majority; with send times of acknowledged heartbeats it is the last moment at which a majority certainly
 * followed.
 *
 * @returns -Infinity when there are no voters
 */
export function majorityValue(voters: readonly Voter[], reachedBy: (name: string) => number): number {
  const needed = majorityWeight(voters);
  let best = Number.NEGATIVE_INFINITY;
  // Each voter is looked up once; the rest is quadratic on purpose, for there are at most about nine of them.
  const values = voters.map(({ name }) => reachedBy(name));
  for (const value of values) {
    if (value <= best) continue;
    let weight = 0;
    for (let at = 0; at < values.length; at++)
      if ((values[at] as number) >= value) weight += (voters[at] as Voter).weight;
    if (weight >= needed) best = value;
  }
  return best;
}
