import { type Action, ActionFlag, type ClusterState } from '../state/index.ts';

/** What nearly all actions share. */
const NONE: readonly string[] = [];

/** Ids of the nodes that will be gone after an action without counting as lost. */
export function downedNodes(action: Action, state: ClusterState): readonly string[] {
  const { task, node, resource } = action;
  if (task === 'do_shutdown') return node === undefined ? [] : [node.id];
  if (task === 'stonith') {
    const direction = action.metaNow.get('stonith_action') ?? action.metaNow.get('stonith-action');
    if (node === undefined || direction === 'on') return [];
    // Only with a connection into it a guest is a node that could be lost.
    const guests = state.nodes.filter(
      ({ isGuest, connection }) =>
        isGuest && connection?.launcher?.runningOn.includes(node) && connection.runningOn.length > 0,
    );
    return [node.id, ...guests.map(({ id }) => id)];
  }
  if (task !== 'stop' || resource?.remoteNode === undefined || !resource.isRemoteConnection) return NONE;
  if (action.flags & ActionFlag.pseudo) return [];
  // A connection that moves alive keeps its node.
  const migrates = action.before.some(
    ({ first }) =>
      first.resource === resource && first.task === 'migrate_from' && first.is(ActionFlag.runnable),
  );
  return migrates ? [] : [resource.remoteNode.id];
}
