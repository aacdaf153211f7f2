import { ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import { createAction } from './create-action.ts';

/**
 * Remote and guest nodes keep in their status whether they are in maintenance, so that they stay in it over a restart
 * of the cluster. One pseudo action tells the controller of all nodes where this is no longer what is recorded.
 */
export function updateMaintenanceModes(state: ClusterState): void {
  const changed = state.nodes.filter(
    (node) => node.isRemoteKind && node.maintenance !== node.remoteMaintenance,
  );
  if (changed.length === 0) return;
  const update = createAction(state, {
    key: 'maintenance_nodes',
    task: 'maintenance_nodes',
    optional: false,
  });
  update.flags |= ActionFlag.pseudo | ActionFlag.alwaysInGraph;
  for (const node of changed) update.extra.set(node.id, node.maintenance ? '1' : '0');
}
