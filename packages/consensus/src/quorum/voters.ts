import { assert } from '@holdfast/ports';

/** One member with a vote (rules 1 and 12). */
export interface Voter {
  readonly name: string;
  /** Whole number, at least 1. */
  readonly weight: number;
  /** A full voter with the whole log that never hosts resources and hands leadership away (rule 12). */
  readonly witness: boolean;
}

/**
 * Everybody who receives the log: those who vote and those who only listen. Names are unique across both
 * lists.
 */
export interface Members {
  /** Sorted by name. */
  readonly voters: readonly Voter[];
  /** Sorted. Members without a vote: new ones that are catching up, and the many that only run resources. */
  readonly learners: readonly string[];
}

/** A voter with weight 1 that is not a witness. */
export function voter(name: string, weight = 1, witness = false): Voter {
  return { name, weight, witness };
}

/**
 * Builds a member list in its one canonical order, so that equal lists are equal byte for byte.
 *
 * @throws AssertionFailure on a weight that is not a whole number above 0, or on a repeated name
 */
export function makeMembers(voters: readonly Voter[], learners: readonly string[] = []): Members {
  const names = new Set<string>();
  for (const { name, weight } of voters) {
    assert(Number.isSafeInteger(weight) && weight >= 1, 'a voter weighs a whole number above 0', {
      name,
      weight,
    });
    assert(!names.has(name), 'a member is listed once', { name });
    names.add(name);
  }
  for (const name of learners) {
    assert(!names.has(name), 'a member is listed once', { name });
    names.add(name);
  }
  return {
    voters: [...voters].sort((left, right) => (left.name < right.name ? -1 : 1)),
    learners: [...learners].sort(),
  };
}

/** The voter of that name, if it has a vote. */
export function findVoter(members: Members, name: string): Voter | undefined {
  for (const candidate of members.voters) if (candidate.name === name) return candidate;
  return undefined;
}
