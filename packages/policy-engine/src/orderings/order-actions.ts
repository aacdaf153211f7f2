import { type Action, Relation } from '../state/action.ts';

/**
 * Orders one action before another. An ordering of a kind that exists already between the two is not added
 * again. True if something was added.
 */
export function orderActions(first: Action, then: Action, flags: number): boolean {
  if (flags === 0 || first === then) return false;
  const known = first.afterFlags.get(then);
  if (known === undefined) first.after.push(then);
  else if ((known & flags) !== 0) return false;
  else first.after.push(then);
  first.afterFlags.set(then, (known ?? 0) | flags);
  then.before.push(new Relation(first, flags));
  return true;
}
