import type { Action } from '../state/action.ts';

/**
 * Orders one action before another. An ordering of a kind that exists already between the two is not added
 * again. True if something was added.
 */
export function orderActions(first: Action, then: Action, flags: number): boolean {
  if (flags === 0 || first === then) return false;
  if (((first.flagsTo(then) ?? 0) & flags) !== 0) return false;
  first.precede(then, flags);
  return true;
}
