import { type Action, ActionFlag, type ClusterState } from '../state/index.ts';
import { belongsAsInput } from './include-input.ts';

/** Steps up: what a dependent start waits for may be told by the marks of collections between the two. */
const UPWARD: ReadonlySet<string> = new Set(['start', 'running', 'promote', 'promoted']);
const BEGINNING: ReadonlySet<string> = new Set(['start', 'promote']);

/**
 * Inputs that the reference does not have: a start that is in progress already (its command was given by an earlier
 * plan, perhaps of another leader) is optional, and so are the marks of its group or clone; an ordering through them is
 * lost, and what depends on it would start before it has ended. Here what is to start waits for it (S7).
 */
export function waitsForStarts(
  state: ClusterState,
  inGraph: (action: Action) => boolean,
): ReadonlyMap<Action, readonly number[]> {
  const waits = new Map<Action, number[]>();
  for (const resource of state.allResources) {
    if (!resource.startPending) continue;
    for (const start of resource.actionsByTask.get('start') ?? []) {
      if (!inGraph(start) || !start.is(ActionFlag.optional)) continue;
      const earlier = whatComesBefore(start, inGraph);
      for (const dependent of dependentsOf(state, start, inGraph)) {
        if (earlier.has(dependent)) continue;
        const inputs = waits.get(dependent);
        if (inputs) inputs.push(start.id);
        else waits.set(dependent, [start.id]);
      }
    }
  }
  return waits;
}

/** Starts and promotions in the graph that are ordered after a start, directly or through what is not in the graph. */
function dependentsOf(state: ClusterState, start: Action, inGraph: (action: Action) => boolean): Action[] {
  const walk = ++state.walk;
  const found: Action[] = [];
  const open = [start];
  start.mark = walk;
  for (let action = open.pop(); action; action = open.pop()) {
    for (const then of action.after) {
      if (then.mark === walk || !UPWARD.has(then.task) || !isOrdered(action, then)) continue;
      then.mark = walk;
      if (!inGraph(then)) open.push(then);
      else if (BEGINNING.has(then.task) && then.resource !== start.resource) found.push(then);
    }
  }
  return found;
}

function isOrdered(first: Action, then: Action): boolean {
  return then.before.some((each) => each.first === first && belongsAsInput(then, each, () => true));
}

/** All that a start waits for in the graph: none of it can wait for the start. */
function whatComesBefore(start: Action, inGraph: (action: Action) => boolean): ReadonlySet<Action> {
  const before = new Set<Action>([start]);
  for (const action of before) {
    for (const input of action.before) if (belongsAsInput(action, input, inGraph)) before.add(input.first);
  }
  return before;
}
