import { type Action, type ClusterState, OrderFlag } from '../state/index.ts';
import { belongsAsInput } from './include-input.ts';

/**
 * Resources that change places alive would wait for each other's room forever: each migration for its target to be
 * relieved, which takes another one's migration. A migration does not wait for room that depends on itself.
 * Migrations are looked at newest first, each with what was dropped before.
 */
export function breakLoadLoops(state: ClusterState, inGraph: (action: Action) => boolean): void {
  for (let i = state.actions.length - 1; i >= 0; i--) {
    const action = state.actions[i] as Action;
    if (action.task !== 'migrate_to' || !inGraph(action)) continue;
    for (const relation of action.before) {
      if ((relation.flags & OrderFlag.ifOnSameNodeOrTarget) === 0) continue;
      if (!belongsAsInput(action, relation, inGraph)) continue;
      if (waitsFor(relation.first, action, ++state.walk, inGraph)) relation.flags = OrderFlag.none;
    }
  }
}

/** Whether an action waits for another one, directly or not. */
function waitsFor(
  action: Action,
  wanted: Action,
  walk: number,
  inGraph: (action: Action) => boolean,
): boolean {
  const open = [action];
  action.mark = walk;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const relation of next.before) {
      const { first } = relation;
      if (first.mark === walk || !belongsAsInput(next, relation, inGraph)) continue;
      if (first === wanted) return true;
      first.mark = walk;
      open.push(first);
    }
  }
  return false;
}
