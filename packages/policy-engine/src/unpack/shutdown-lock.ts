import type { ResourceHistory } from '@holdfast/model';
import { clearHistory } from '../actions/clear-history.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { integerOr } from './option-values.ts';
import type { UnpackContext } from './unpack-context.ts';

/** A resource stopped by its node's clean shutdown stays reserved for that node until the lock expires. */
export function unpackShutdownLock(
  context: UnpackContext,
  history: ResourceHistory,
  resource: ResourceInstance,
  node: NodeInstance,
): void {
  const { state } = context;
  const lockedSince = integerOr(history.extra?.['shutdown-lock'], 0);
  if (lockedSince === 0) return;
  const limit = Math.trunc(state.options.shutdownLockLimitMs / 1000);
  if (limit > 0 && state.nowSeconds > lockedSince + limit) {
    if (state.options.shutdownLock) clearHistory(state, resource, node);
    return;
  }
  resource.lockNode = node;
  resource.lockTimeSeconds = lockedSince;
}
