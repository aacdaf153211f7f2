import { clusterPseudo } from '../actions/create-action.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { addOrdering } from './add-ordering.ts';

/**
 * With capacities in play, what leaves a node must be gone before anything new comes: stops go before the
 * mark `load_stopped_NODE`, starts and migrations after it.
 */
export function orderByLoad(state: ClusterState, resource: ResourceInstance): void {
  for (const node of resource.runningOn) {
    const mark = loadStopped(state, node);
    addOrdering(
      state,
      { resource, key: `${resource.id}_stop_0` },
      { action: mark },
      OrderFlag.ifOnSameNodeOrTarget,
    );
  }
  for (const node of state.nodes) {
    if (!resource.allowed.has(node.index)) continue;
    const mark = loadStopped(state, node);
    for (const task of ['start', 'migrate_to']) {
      addOrdering(
        state,
        { action: mark },
        { resource, key: `${resource.id}_${task}_0` },
        OrderFlag.ifOnSameNodeOrTarget,
      );
    }
  }
}

/** The mark of a node stays in the graph even if nothing moves. */
function loadStopped(state: ClusterState, node: NodeInstance): Action {
  const mark = clusterPseudo(state, `load_stopped_${node.name}`);
  mark.node ??= node;
  mark.flags &= ~ActionFlag.optional;
  return mark;
}
