import type { Core } from './core.ts';
import { majorityValue, type Tally, tally } from './quorum/quorum.ts';
import { findVoter, type Voter } from './quorum/voters.ts';

/**
 * While a change of the list is not known to be committed, every decision needs a majority of the old list
 * as well: a demotion is committed by those it is taken from (rule 13), and one of two voters can not get
 * rid of the other without its consent or proof (rule 9). Undefined when only the list in force counts,
 * which includes the two ways of going on without a majority of the old list, rules 9 and 10.
 */
function previousVoters(core: Core): readonly Voter[] | undefined {
  const { index, reason } = core.log.members;
  if (index <= core.commitIndex || reason === 'sole-voter' || reason === 'forced') return undefined;
  const { members } = core.log.membersAt(index - 1);
  return members.voters.length === 0 ? undefined : members.voters;
}

/** The highest value that a majority of every list that counts has reached. */
export function decidedValue(core: Core, reachedBy: (name: string) => number): number {
  const value = majorityValue(core.log.members.members.voters, reachedBy);
  const previous = previousVoters(core);
  return previous === undefined ? value : Math.min(value, majorityValue(previous, reachedBy));
}

/** The outcome of an election by every list that counts. */
export function decidedTally(core: Core, voteOf: (name: string) => boolean | undefined): Tally {
  const result = tally(core.log.members.members.voters, voteOf);
  const previous = previousVoters(core);
  if (previous === undefined || result === 'lost') return result;
  const other = tally(previous, voteOf);
  return other === 'won' ? result : other;
}

/** Everybody whose vote may count, without this member. */
export function otherVoters(core: Core): string[] {
  const names = new Set<string>();
  for (const { name } of core.log.members.members.voters) names.add(name);
  for (const { name } of previousVoters(core) ?? []) names.add(name);
  names.delete(core.options.self);
  return [...names];
}

/**
 * Whether this member may stand for election: it has a vote in a list that counts. Also one that is about
 * to lose its vote may, for it may be the only one that has the entry that says so; it leads just long
 * enough to commit it.
 */
export function mayStand(core: Core): boolean {
  const { self } = core.options;
  if (findVoter(core.log.members.members, self) !== undefined) return true;
  return previousVoters(core)?.some(({ name }) => name === self) === true;
}
