import type { Action } from './action.ts';
import type { MemberTally } from './member-tally.ts';
import type { NodeInstance } from './node-instance.ts';
import type { ResourceInstance } from './resource-instance.ts';

/** What the flags of a collection's action are for an ordering with something on a node, and when that was found. */
export interface FlagJudgement {
  readonly node: NodeInstance | undefined;
  readonly flags: number;
  readonly at: number;
}

/**
 * What orderings ask a group, clone or bundle for again and again: each of its parts may have thousands of orderings
 * with its marks. Holds until one of the parts gets another action.
 */
export class PartCache {
  /** Parts that have a one-time action of a task. */
  readonly partsByTask = new Map<string, readonly ResourceInstance[]>();
  /** Of a clone or bundle: the newest action of each instance for a task of the whole. */
  readonly newestByTask = new Map<string, readonly Action[]>();
  /** Of a group: what members do, by task. */
  readonly tallies = new Map<string, MemberTally>();
  readonly judgements = new Map<Action, FlagJudgement>();
}
