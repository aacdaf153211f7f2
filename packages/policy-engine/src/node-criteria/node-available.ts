import { INFINITY_SCORE } from '@holdfast/model';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { NodeTable } from '../state/node-table.ts';

/** A node that can take resources: up, clean, not leaving, neither standby nor in maintenance. */
export function isAvailable(node: NodeInstance): boolean {
  return node.online && !node.shutdown && !node.unclean && !node.standby && !node.maintenance;
}

/** A guest node counts only if its container is going to run somewhere. */
export function isGuestHosted(node: NodeInstance): boolean {
  if (!node.isGuest) return true;
  const container = node.connection?.launcher;
  return container === undefined || container.assignedTo !== undefined;
}

/** True if any node of the table is available with a score of at least 0. */
export function anyAvailable(state: ClusterState, table: NodeTable): boolean {
  const { nodes } = state;
  for (let i = 0; i < nodes.length; i++) {
    if (table.present[i] === 1 && (table.scores[i] as number) >= 0 && isAvailable(nodes[i] as NodeInstance)) {
      return true;
    }
  }
  return false;
}

/** The score that counts for choosing: an unavailable node is out. */
export function effectiveScore(node: NodeInstance, table: NodeTable): number {
  return isAvailable(node) ? table.score(node.index) : -INFINITY_SCORE;
}
