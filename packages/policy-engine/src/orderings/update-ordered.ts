import { currentRoleOf } from '../assign/promotable.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import { OrderFlag } from '../state/ordering.ts';
import { Role } from '../state/role.ts';
import { clearBecause } from './reasons.ts';

export const Changed = { none: 0, first: 1, then: 2, disable: 4 } as const;

const { optional, runnable, migratable, pseudo } = ActionFlag;

/**
 * Puts one ordering into effect between two actions, with `flags` being those of first as the ordering sees
 * them and `filter` the flags that may be touched. Returns what changed.
 */
export function updateOrdered(
  first: Action,
  then: Action,
  flags: number,
  filter: number,
  relation: number,
): number {
  const firstBefore = first.flags;
  const thenBefore = then.flags;
  if ((relation & OrderFlag.asymmetric) !== 0) asymmetric(first, then);
  if (
    (relation & OrderFlag.thenImpliesFirst) !== 0 &&
    (thenBefore & optional) === 0 &&
    (filter & optional) !== 0
  ) {
    // What is decided anew is only the mark of a collection of which a part is needed.
    if ((flags & optional) === 0) clearBecause(first, optional, then);
    if ((then.flags & migratable) === 0) clearBecause(first, migratable, then);
  }
  if (
    (relation & OrderFlag.promotedThenImpliesFirst) !== 0 &&
    (filter & optional) !== 0 &&
    then.resource?.role === Role.promoted &&
    (then.flags & optional) === 0
  ) {
    clearBecause(first, optional, then);
    if ((then.flags & migratable) === 0) clearBecause(first, migratable, then);
  }
  if ((relation & OrderFlag.unmigratableThenBlocks) !== 0 && (filter & optional) !== 0) {
    if ((then.flags & (migratable | runnable)) !== (migratable | runnable))
      clearBecause(first, runnable, then);
    if ((then.flags & optional) === 0) clearBecause(first, optional, then);
  }
  if (
    (relation & OrderFlag.firstElseThen) !== 0 &&
    (filter & optional) !== 0 &&
    (first.flags & runnable) === 0
  ) {
    clearBecause(then, migratable, first);
    then.flags &= ~pseudo;
  }
  if (
    (relation & OrderFlag.unrunnableFirstBlocks) !== 0 &&
    (filter & runnable) !== 0 &&
    (then.flags & runnable) !== 0 &&
    (flags & runnable) === 0
  ) {
    clearBecause(then, runnable, first);
    clearBecause(then, migratable, first);
  }
  if (
    (relation & OrderFlag.firstImpliesThen) !== 0 &&
    (filter & optional) !== 0 &&
    (then.flags & optional) !== 0 &&
    (flags & optional) === 0 &&
    (first.flags & migratable) === 0
  ) {
    clearBecause(then, optional, first);
  }
  if ((relation & OrderFlag.intermediateStop) !== 0) restart(first, then, filter);
  return (firstBefore !== first.flags ? Changed.first : 0) | (thenBefore !== then.flags ? Changed.then : 0);
}

/** Whether `updateOrdered` could change anything, whatever the state of then: what is not worth a walk over members. */
export function mayHaveEffect(pair: {
  readonly first: Action;
  readonly flags: number;
  readonly filter: number;
  readonly relation: number;
}): boolean {
  const { first, flags, filter, relation } = pair;
  const { asymmetric, firstElseThen, ordered, unrunnableFirstBlocks, firstImpliesThen } = OrderFlag;
  const firstRuns = (first.flags & runnable) !== 0;
  let idle: number = ordered;
  if (firstRuns) idle |= asymmetric | firstElseThen;
  if ((filter & runnable) === 0 || (flags & runnable) !== 0) idle |= unrunnableFirstBlocks;
  if ((filter & optional) === 0 || (flags & optional) !== 0) idle |= firstImpliesThen;
  return (relation & ~idle) !== 0;
}

/** Blocks then if first cannot run and then has not happened yet. */
function asymmetric(first: Action, then: Action): void {
  const resource = then.resource;
  if (resource === undefined) return;
  const role = currentRoleOf(resource);
  if (role === Role.stopped && then.task === 'stop') return;
  if (
    role >= Role.started &&
    then.task === 'start' &&
    (then.flags & optional) !== 0 &&
    then.node !== undefined &&
    resource.runningOn.length === 1 &&
    resource.runningOn[0] === then.node
  ) {
    // Already started there, and not restarting.
    return;
  }
  if ((first.flags & runnable) !== 0) return;
  clearBecause(then, optional, first);
  clearBecause(then, runnable, first);
}

/** A stop in the middle of a restart is needed if what follows is, or if the resource cannot start again. */
function restart(first: Action, then: Action, filter: number): void {
  const thenNeeded = (filter & optional) !== 0 && (then.flags & optional) === 0;
  const cannotStart =
    (filter & runnable) !== 0 &&
    (then.flags & runnable) === 0 &&
    then.resource?.managed === true &&
    first.resource === then.resource;
  if (!thenNeeded && !cannotStart) return;
  if ((first.flags & runnable) !== 0) clearBecause(first, optional, then);
  if ((then.flags & optional) === 0) clearBecause(first, optional, then);
  if ((then.flags & migratable) === 0) clearBecause(first, migratable, then);
  if ((first.flags & (optional | runnable)) === 0) clearBecause(then, runnable, first);
}
