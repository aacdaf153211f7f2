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
    setReason(action, because.reason);
    return;
  }
  const name = because.resource === undefined ? '' : ` ${because.resource.id}`;
  setReason(action, `${change}${name} ${because.task}`);
}

/** The first reason recorded counts. */
export function setReason(action: Action, reason: string | undefined): void {
  action.reason ??= reason;
}
