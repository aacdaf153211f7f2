import { createFencing } from '../actions/fence-action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';

/**
 * Marks a node as one whose state nobody can trust, so that it will be fenced. A guest node is "fenced" by
 * recovering its container; a remote node whose connection is unmanaged is left alone.
 */
export function fenceNode(
  context: { readonly state: ClusterState },
  node: NodeInstance,
  reason: string,
  priorityDelay: boolean,
): void {
  const { state } = context;
  if (node.isGuest) {
    const container = node.connection?.launcher;
    if (container === undefined || container.failed || !container.managed) return;
    node.remoteRequiresReset = true;
    container.failed = true;
    container.stopByFailure = true;
    return;
  }
  if (isDanglingGuest(node) && node.connection) {
    node.connection.failed = true;
    node.connection.stopByFailure = true;
    return;
  }
  if (node.kind === 'remote') {
    if (node.connection && !node.connection.managed) return;
    node.remoteRequiresReset = true;
    node.unclean = true;
    createFencing(state, node, { reason, optional: true, priorityDelay: false });
    return;
  }
  if (node.unclean) return;
  node.unclean = true;
  createFencing(state, node, { reason, optional: true, priorityDelay });
}

/** A guest node whose container is gone from the configuration. */
function isDanglingGuest(node: NodeInstance): boolean {
  const connection = node.connection;
  return (
    connection?.isRemoteConnection === true && connection.launcher === undefined && connection.removedFiller
  );
}
