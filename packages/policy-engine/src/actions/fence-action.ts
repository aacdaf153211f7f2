import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { createAction } from './create-action.ts';
import { addUnfencingDigests } from './unfencing.ts';

/**
 * Whether the cluster is able and allowed to fence a node (any node, if undefined): fencing is on, there is a
 * device, and there is quorum, or the node is one of our own partition.
 */
export function canFence(
  state: ClusterState,
  node: NodeInstance | undefined,
  guests: readonly NodeInstance[] = [],
): boolean {
  if (node?.isGuest) {
    // A history may claim that containers run inside one another; that is under nobody's control.
    if (guests.includes(node)) return false;
    // A guest is fenced by stopping its container; that needs every host of the container under control.
    for (const host of node.connection?.launcher?.runningOn ?? []) {
      if (!host.online && !canFence(state, host, [...guests, node])) return false;
    }
    return true;
  }
  const { options } = state;
  if (!options.fencingEnabled || !state.haveFenceDevice) return false;
  if (state.quorate || options.noQuorumPolicy === 'ignore') return true;
  if (node === undefined) return false;
  if (node.isRemote && options.fenceRemoteWithoutQuorum) return true;
  return node.online;
}

/** The fencing operation of a node, created if need be. Needed only if `optional` is false and it is possible. */
export function createFencing(
  state: ClusterState,
  node: NodeInstance,
  init: { operation?: string; optional: boolean; reason?: string | undefined; priorityDelay: boolean },
): Action {
  const operation = init.operation ?? state.options.fencingAction;
  const key = `stonith-${node.name}-${operation}`;
  let action = state.clusterActions.get(key)?.[0];
  if (action === undefined) {
    action = createAction(state, { key, task: 'stonith', node, optional: true });
    action.meta.set('on_node', node.name);
    action.meta.set('on_node_uuid', node.id);
    action.meta.set('stonith_action', operation);
    if (state.haveUnfencing) addUnfencingDigests(state, action, node);
  }
  if (
    state.options.priorityFencingDelayMs > 0 &&
    (init.priorityDelay || action.meta.has('priority-fencing-delay'))
  ) {
    action.meta.set('priority-fencing-delay', String(priorityDelaySeconds(state, node)));
  }
  if (!init.optional && canFence(state, node)) {
    action.flags &= ~ActionFlag.optional;
    if (init.reason !== undefined && action.reason === undefined) action.reason = init.reason;
  } else if (init.reason !== undefined && action.reason === undefined) {
    action.reason = init.reason;
  }
  return action;
}

/**
 * Seconds by which fencing of a node is delayed so that the side with more important resources survives: the
 * full delay if all reachable members together weigh less... the node with top priority among equals waits.
 */
export function priorityDelaySeconds(state: ClusterState, node: NodeInstance): number {
  const delay = Math.trunc(state.options.priorityFencingDelayMs / 1000);
  if (delay <= 0 || node.kind === 'remote') return 0;
  let members = 0;
  let online = 0;
  let top = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  for (const other of state.nodes) {
    if (other.kind === 'remote') continue;
    members++;
    if (other.online && !other.unclean) online++;
    top = Math.max(top, other.priority);
    lowest = Math.min(lowest, other.priority);
  }
  // With a majority of members the other side cannot be more important.
  if (online > members / 2) return 0;
  if (lowest === top) return 0;
  return node.priority < top ? 0 : delay;
}

/** Makes unfencing of a node needed, if the node is up. */
export function unfenceNode(state: ClusterState, node: NodeInstance, reason: string): void {
  if (!state.haveUnfencing || !node.online || node.unclean || node.shutdown) return;
  createFencing(state, node, { operation: 'on', optional: false, reason, priorityDelay: false });
}
