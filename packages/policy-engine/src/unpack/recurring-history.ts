import type { OperationRecord } from '@holdfast/model';
import { createAction, operationKey } from '../actions/create-action.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import type { UnpackContext } from './unpack-context.ts';

/**
 * Creates the recurring operations that are active on a node according to its history, as optional actions,
 * so that later stages see them. Active are those recorded after the last start (or after a stop: none).
 */
export function rememberRecurring(
  context: UnpackContext,
  resource: ResourceInstance,
  node: NodeInstance,
  operations: readonly OperationRecord[],
): void {
  if (!node.online || !operations.some(({ intervalMs }) => intervalMs !== 0)) return;
  const { startIndex, stopIndex } = activeRange(operations);
  operations.forEach((record, position) => {
    // After a stop only monitors of the stopped role are active.
    if (startIndex < stopIndex && position <= stopIndex) return;
    if (position < startIndex || record.intervalMs === 0 || record.opStatus === -1) return;
    const key = operationKey(resource.id, record.operation, record.intervalMs);
    createAction(context.state, {
      resource,
      key,
      task: record.operation,
      node,
      optional: true,
      intervalMs: record.intervalMs,
    });
  });
}

/** Positions of the last start (or what implies one) and the last stop. -1: none. */
export function activeRange(operations: readonly OperationRecord[]): {
  startIndex: number;
  stopIndex: number;
} {
  let startIndex = -1;
  let stopIndex = -1;
  let byMonitor = -1;
  let byRole = -1;
  operations.forEach((record, position) => {
    const { operation, rcCode } = record;
    if (operation === 'stop' && record.opStatus === 0) stopIndex = position;
    else if (operation === 'start' || operation === 'migrate_from') startIndex = position;
    else if (operation === 'promote' || operation === 'demote') byRole = position;
    else if (operation === 'monitor' && byMonitor <= stopIndex && (rcCode === 0 || rcCode === 8)) {
      byMonitor = position;
    }
  });
  // Without a start in the history, a change of role or a good monitor implies one.
  if (startIndex === -1) startIndex = byRole !== -1 ? byRole : byMonitor;
  return { startIndex, stopIndex };
}
