import { clearFailCount } from '../actions/clear-fail-count.ts';
import { compareDigests, needsHostAddress } from '../actions/digests.ts';
import { createFencing } from '../actions/fence-action.ts';
import { orderActions } from '../orderings/order-actions.ts';
import type { Action } from '../state/action.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { failCount } from './fail-counts.ts';
import { expectedRc } from './sort-operations.ts';
import type { OperationHistory, UnpackContext } from './unpack-context.ts';

/** Exit codes of a probe that say what is true now, however old. */
const LASTING_PROBE_CODES = new Set([0, 7, 8, 190, 191]);

/**
 * Whether a recorded result is to be ignored because the failure timeout passed. Also what is said to be under way
 * after that time tells nothing: it is probed what became of it. When the fail count itself has expired, its removal
 * is scheduled; likewise when the parameters the failure happened with have changed.
 */
export function isExpired(context: UnpackContext, history: OperationHistory): boolean {
  const { state } = context;
  const { resource, node } = history;
  const isLastFailure = history.id.endsWith('_last_failure_0');
  if (isBlocked(context, history)) resource.failureTimeoutMs = 0;
  const timeout = Math.trunc(resource.failureTimeoutMs / 1000);
  let expired = false;
  let clearReason: string | undefined;
  let unexpired = 0;
  const lastRun = history.record.lastRcChange;
  if (timeout > 0 && lastRun !== undefined && lastRun > 0) {
    if (state.nowSeconds >= lastRun + timeout && !waitsForFencing(context, history)) expired = true;
    const effective = failCount(state, resource, node, { effective: true });
    unexpired = effective.count;
    if (unexpired > 0) state.recheckBy(effective.lastFailure + timeout + 1);
  }
  if (expired) {
    if (failCount(state, resource, node, { effective: false }).count > 0) {
      if (unexpired === 0) clearReason = 'it expired';
      else expired = false;
    } else if (isLastFailure && resource.remoteReconnectMs !== 0) {
      clearReason = 'reconnect interval is set';
    }
  }
  if (!expired && isLastFailure && definitionChanged(context, history)) {
    clearReason = 'resource parameters have changed';
  }
  if (clearReason !== undefined) {
    orderAfterRemoteFencing(context, resource, clearFailCount(state, resource, node, clearReason));
  }
  // Only failures are forgotten; a success says what is true, however old.
  if (history.status === 0) return false;
  if (
    expired &&
    history.intervalMs === 0 &&
    history.task === 'monitor' &&
    LASTING_PROBE_CODES.has(history.record.rcCode)
  ) {
    expired = false;
  }
  return expired;
}

/** Failures of a connection are forgotten once any fencing of its node is over, so that it is not reused before. */
function orderAfterRemoteFencing(context: UnpackContext, resource: ResourceInstance, clear: Action): void {
  const { state } = context;
  if (resource.remoteReconnectMs === 0 || !state.options.fencingEnabled) return;
  const remote = state.nodesByName.get(resource.id);
  if (remote === undefined) return;
  const fence = createFencing(state, remote, { optional: true, priorityDelay: false });
  orderActions(fence, clear, OrderFlag.firstImpliesThen);
}

/** A remote node's failed monitor stays until the node was fenced, or the failure would go unnoticed. */
function waitsForFencing(context: UnpackContext, history: OperationHistory): boolean {
  const { resource } = history;
  if (resource.remoteReconnectMs === 0 || !context.state.options.fencingEnabled) return false;
  if (history.intervalMs === 0 || history.task !== 'monitor') return false;
  const remote = context.state.nodesByName.get(resource.id);
  return remote !== undefined && !remote.remoteWasFenced;
}

function definitionChanged(context: UnpackContext, history: OperationHistory): boolean {
  const { resource, node, record, task } = history;
  if (task !== 'start' && task !== 'monitor') return false;
  if (needsHostAddress(resource)) {
    context.state.deferredFailures.push({ resource, node, record });
    return false;
  }
  // A failure may have been for a wrong password.
  const verdict = compareDigests(context.state, resource, node, record, { privateCounts: true });
  return verdict === 'restart' || verdict === 'changed';
}

/** A failure of an operation with on-fail=block stays until an operator clears it, which the fail count tells. */
function isBlocked(context: UnpackContext, { resource, node }: OperationHistory): boolean {
  if (resource.failureTimeoutMs === 0) return false;
  const known = context.notBlocked;
  if (known?.resource === resource && known.node === node) return false;
  const records = context.histories.get(node.name)?.get(resource.historyId)?.operations ?? [];
  const blocked = resource.operations.some(
    ({ name, intervalMs, definition }) =>
      definition.attributes['on-fail'] === 'block' &&
      records.some(
        (record) =>
          record.operation === name &&
          record.intervalMs === intervalMs &&
          record.rcCode !== expectedRc(record),
      ),
  );
  // Asked for every operation of a history, of which there may be very many.
  if (blocked && failCount(context.state, resource, node, { effective: false }).count > 0) return true;
  context.notBlocked = { resource, node };
  return false;
}
