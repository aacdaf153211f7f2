import { type Action, ActionFlag } from '../state/index.ts';

/**
 * Whether an action belongs in the graph: it must be runnable, needed (or marked to stay), and on a node that
 * can carry it out. Unmanaged resources get nothing but monitors and the cancelling of monitors.
 */
export function belongsInGraph(action: Action): boolean {
  const { flags, node, resource, task } = action;
  if ((flags & (ActionFlag.runnable | ActionFlag.pseudo)) === 0) return false;
  if ((flags & ActionFlag.runnable) === 0) return false;
  if (flags & ActionFlag.optional && !(flags & ActionFlag.alwaysInGraph)) return false;
  if (resource !== undefined && !resource.managed && !isMonitoring(action)) return false;
  if (flags & ActionFlag.pseudo || task === 'stonith' || task === 'do_shutdown') return true;
  if (node === undefined) return false;
  if (flags & ActionFlag.onLeader) return true;
  // A guest's connection may still have to be started; its host answers for it.
  if (node.isGuest && !node.remoteRequiresReset) return true;
  return node.online && !node.unclean;
}

function isMonitoring({ task, intervalMs, cancelTask, metaNow }: Action): boolean {
  if (task === 'monitor') return true;
  if (task !== 'cancel') return false;
  return cancelTask !== undefined || intervalMs > 0 || Number(metaNow.get('interval') ?? 0) > 0;
}
