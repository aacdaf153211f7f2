import { type Action, ActionFlag } from '../state/action.ts';

/** Clears a flag because of another action and notes that as the reason; the first reason stays. */
export function clearBecause(action: Action, flag: number, because: Action): void {
  if ((action.flags & flag) === 0) return;
  action.flags &= ~flag;
  // A restart of the resource itself is no reason; what made it start anew is.
  if (action.resource !== undefined && action.resource === because.resource) return;
  const change =
    flag === ActionFlag.optional ? 'required' : flag === ActionFlag.runnable ? 'unrunnable' : 'unmigrateable';
  if (because.resource !== undefined && because.resource === action.resource) {
    // Within one resource the cause counts that made the other action necessary or impossible.
    setReason(action, because.reason, flag === ActionFlag.migratable);
    return;
  }
  const name = because.resource === undefined ? '' : ` ${because.resource.id}`;
  setReason(action, `${change}${name} ${because.task}`, flag === ActionFlag.migratable);
}

/** The first reason recorded counts, unless `overwrite`. */
export function setReason(action: Action, reason: string | undefined, overwrite: boolean): void {
  if (action.reason === undefined || overwrite) action.reason = reason;
}
