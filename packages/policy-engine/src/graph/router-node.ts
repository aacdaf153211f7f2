import type { Action, NodeInstance } from '../state/index.ts';

/** Tasks that use a moving connection where it was; all others use it where it will be. */
const BEFORE_MOVE = new Set(['cancel', 'stop', 'demote', 'migrate_from', 'migrate_to']);

/** For an action on a remote or guest node: the cluster node whose connection carries it. */
export function routerNode(action: Action): NodeInstance | undefined {
  const { node } = action;
  const connection = node?.connection;
  if (node === undefined || connection === undefined || !node.isRemoteKind) return undefined;
  // Fencing goes to the device, not through the connection.
  if (action.task === 'stonith') return undefined;
  const before = connection.runningOn[0];
  const after = connection.assignedTo;
  if (before === undefined || after === undefined || before === after) return before ?? after;
  if (connection.partialMigrationTarget !== undefined) return connection.partialMigrationTarget;
  const task = action.task === 'notify' ? (action.metaNow.get('notify_operation') ?? '') : action.task;
  return BEFORE_MOVE.has(task) ? before : after;
}
