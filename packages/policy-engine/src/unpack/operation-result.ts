import { INFINITY_SCORE, type OperationRecord } from '@holdfast/model';
import { stopAction } from '../actions/create-action.ts';
import { canFence } from '../actions/fence-action.ts';
import { adjustScore, adjustScoreEverywhere } from '../node-criteria/locations.ts';
import type { OnFail } from '../state/action.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { isExpired } from './expired-failure.ts';
import { failureStrategy, harderReaction, isAtMost } from './failure-strategy.ts';
import { setNextRole } from './histories.ts';
import { migrateFromFailed, migrateToFailed, migrateToSucceeded } from './migration-history.ts';
import { expectedRc } from './sort-operations.ts';
import type { OperationHistory, UnpackContext } from './unpack-context.ts';

/** OCF exit codes. */
const RC = {
  ok: 0,
  error: 1,
  invalidParameter: 2,
  unimplemented: 3,
  insufficientPrivileges: 4,
  notInstalled: 5,
  notConfigured: 6,
  notRunning: 7,
  promoted: 8,
  failedPromoted: 9,
  degraded: 190,
  degradedPromoted: 191,
} as const;

/** Execution status as recorded. */
const STATUS = {
  pending: -1,
  done: 0,
  cancelled: 1,
  timeout: 2,
  notSupported: 3,
  error: 4,
  hard: 5,
  fatal: 6,
  notInstalled: 7,
  notConnected: 8,
  invalid: 9,
} as const;

export interface Reading {
  lastFailure: OperationRecord | undefined;
  onFail: OnFail;
}

/** Draws conclusions from one recorded operation: the resource's role, failures, and what they ask for. */
export function unpackOperation(
  context: UnpackContext,
  resource: ResourceInstance,
  node: NodeInstance,
  record: OperationRecord,
  reading: Reading,
): void {
  const task = record.operation;
  if (task === 'notify' || task === 'meta-data' || task === 'cancel' || task === 'delete') return;
  const history: OperationHistory = {
    resource,
    node,
    record,
    id: record.id,
    key: record.operationKey,
    task,
    intervalMs: record.intervalMs,
    callId: record.callId,
    expectedRc: expectedRc(record),
    rc: record.rcCode,
    status: record.opStatus,
  };
  remapResult(context, history);
  if (isExpired(context, history)) {
    if (history.intervalMs === 0) return;
    if (node.online && !node.unclean) {
      context.state.expiredRecurring.add(record);
      return;
    }
  }
  switch (history.status) {
    case STATUS.cancelled:
      return;
    case STATUS.pending:
      unpackPending(context, history);
      return;
    case STATUS.done:
      applyResult(context, history, history.rc, reading);
      return;
    case STATUS.notInstalled: {
      const strategy = failureStrategy(context.state, resource, history);
      banForHardError(history);
      recordFailure(
        context,
        history,
        strategy.onFail === 'ignore' ? 'ban' : strategy.onFail,
        strategy.failRole,
        reading,
      );
      return;
    }
    case STATUS.notConnected:
      if (node.isRemote && node.connection?.managed) {
        node.connection.failed = true;
        node.connection.stopByFailure = true;
      }
      break;
  }
  unpackFailure(context, history, reading);
}

function unpackFailure(context: UnpackContext, history: OperationHistory, reading: Reading): void {
  const { resource } = history;
  const strategy = failureStrategy(context.state, resource, history);
  if (strategy.onFail === 'ignore' || (strategy.onFail === 'restart-container' && history.task === 'stop')) {
    // Pretend that it went as expected.
    applyResult(context, history, history.expectedRc, reading);
    resource.ignoreFailure = true;
    if (strategy.onFail === 'restart-container' && isAtMost(reading.onFail, 'restart')) {
      reading.onFail = strategy.onFail;
    }
    return;
  }
  recordFailure(context, history, strategy.onFail, strategy.failRole, reading);
  if (history.status === STATUS.hard) banForHardError(history);
  else if (history.status === STATUS.fatal) {
    adjustScoreEverywhere(context.state, banTarget(resource), -INFINITY_SCORE, 'fatal-error');
  }
}

/** Failures of an anonymous instance speak for the whole clone. */
function banTarget(resource: ResourceInstance): ResourceInstance {
  const top = resource.top();
  return top.isClone && !top.unique ? top : resource;
}

function banForHardError(history: OperationHistory): void {
  adjustScore(banTarget(history.resource), history.node, -INFINITY_SCORE, 'hard-error');
}

function isProbe(history: OperationHistory): boolean {
  return history.task === 'monitor' && history.intervalMs === 0;
}

/** Probes that fail because the agent is not there mean "not running" and nothing more. */
function isMaskedProbe(history: OperationHistory): boolean {
  if (!isProbe(history)) return false;
  const { rcCode, opStatus } = history.record;
  return rcCode === RC.notInstalled || rcCode === RC.invalidParameter || opStatus === STATUS.notInstalled;
}

/**
 * Turns what was recorded into what it means: success, failure, or a failure that cannot be cured by another
 * try on this node (hard) or any node (fatal).
 */
function remapResult(context: UnpackContext, history: OperationHistory): void {
  if (history.rc === RC.degraded && history.task === 'monitor') history.rc = RC.ok;
  if (history.rc === RC.degradedPromoted && history.task === 'monitor') history.rc = RC.promoted;
  if (history.status !== STATUS.done && history.status !== STATUS.error) return;
  if (history.expectedRc < 0) {
    if (history.rc !== RC.ok && history.rc !== RC.notRunning && history.rc !== RC.promoted) {
      history.status = STATUS.error;
    } else if (history.rc === RC.ok) history.status = STATUS.done;
  } else {
    history.status = history.rc === history.expectedRc ? STATUS.done : STATUS.error;
  }
  remapByCode(context, history);
}

function remapByCode(context: UnpackContext, history: OperationHistory): void {
  const { resource } = history;
  const probe = isProbe(history);
  switch (history.rc) {
    case RC.ok:
      if (probe && history.expectedRc === RC.notRunning) history.status = STATUS.done;
      return;
    case RC.notRunning:
      if (probe || history.expectedRc === history.rc || !resource.managed) {
        history.status = STATUS.done;
        resource.role = Role.stopped;
      }
      return;
    case RC.promoted:
      if (probe && history.rc !== history.expectedRc) history.status = STATUS.done;
      resource.role = Role.promoted;
      return;
    case RC.failedPromoted:
    // Of a monitor it has been taken for promoted by now.
    case RC.degradedPromoted:
      resource.role = Role.promoted;
      history.status = STATUS.error;
      return;
    case RC.notConfigured:
      history.status = STATUS.fatal;
      return;
    case RC.unimplemented:
      history.status = history.intervalMs > 0 ? STATUS.notSupported : STATUS.hard;
      return;
    case RC.notInstalled:
    case RC.insufficientPrivileges:
    case RC.invalidParameter:
      if (!canFence(context.state, history.node) && history.task === 'stop') {
        resource.managed = false;
        resource.blocked = true;
      }
      history.status = STATUS.hard;
      return;
    default:
      if (history.status === STATUS.done && history.rc !== history.expectedRc) history.status = STATUS.error;
  }
}

function isBundled(resource: ResourceInstance): boolean {
  return resource.top(true).isBundle;
}

function unpackPending(context: UnpackContext, history: OperationHistory): void {
  const { resource, node } = history;
  if (history.task === 'start') {
    resource.startPending = true;
    setActive(resource);
  } else if (history.task === 'promote') {
    resource.role = Role.promoted;
  } else if (history.task === 'migrate_to' && node.unclean) {
    const target = context.state.nodesByName.get(history.record.migrateTarget ?? '');
    if (target !== undefined) stopAction(context.state, resource, target, false);
  }
  if (resource.pendingTask === undefined && (history.intervalMs !== 0 || history.task !== 'monitor')) {
    resource.pendingTask = history.task;
    resource.pendingNode = node;
  }
}

/** Active at least: unpromoted for a promotable clone's instance, else started. */
export function setActive(resource: ResourceInstance): void {
  resource.role = resource.top().promotable ? Role.unpromoted : Role.started;
}

/** Takes over the role that a successful operation leads to, and forgets failures that it cures. */
function applyResult(context: UnpackContext, history: OperationHistory, rc: number, reading: Reading): void {
  const { resource, task } = history;
  let cures = false;
  if (rc === RC.notInstalled || (!isBundled(resource) && isMaskedProbe(history))) {
    resource.role = Role.stopped;
  } else if (rc === RC.notRunning) {
    cures = true;
    if (task === 'monitor') resource.role = Role.stopped;
  } else {
    cures = applyTask(context, history, reading);
  }
  if (!cures) return;
  switch (reading.onFail) {
    case 'stop':
    case 'ban':
    case 'fence':
    case 'standby':
      return;
    case 'reset-remote':
      if (resource.remoteReconnectMs !== 0) return;
      break;
  }
  if (reading.onFail !== 'ignore' || task !== 'monitor') {
    reading.onFail = 'ignore';
    setNextRole(resource, Role.unknown, 'clear past failures');
  }
}

/** True if success of the operation cures earlier failures. */
function applyTask(context: UnpackContext, history: OperationHistory, reading: Reading): boolean {
  const { resource, task } = history;
  switch (task) {
    case 'monitor':
      if (resource.role < Role.started) setActive(resource);
      return reading.lastFailure !== undefined && reading.lastFailure.operationKey === history.key;
    case 'start':
    case 'migrate_from':
      // Of an instance that can be promoted, too: only a demotion or a monitor says that it is unpromoted.
      resource.role = Role.started;
      return true;
    case 'stop':
      resource.role = Role.stopped;
      return true;
    case 'promote':
      resource.role = Role.promoted;
      return true;
    case 'demote':
      resource.role = Role.unpromoted;
      return reading.onFail === 'demote';
    case 'migrate_to':
      migrateToSucceeded(context, history);
      return false;
    default:
      if (resource.role < Role.started) setActive(resource);
      return false;
  }
}

function recordFailure(
  context: UnpackContext,
  history: OperationHistory,
  onFail: OnFail,
  failRole: Role,
  reading: Reading,
): void {
  const { resource, node, task } = history;
  reading.lastFailure = history.record;
  reading.onFail = harderReaction(reading.onFail, onFail);
  context.state.failedOperations.push({ resource, node, record: history.record });
  if (task === 'stop') {
    adjustScore(resource, node, -INFINITY_SCORE, 'stop failed');
  } else if (task === 'migrate_to') migrateToFailed(context, history);
  else if (task === 'migrate_from') migrateFromFailed(context, history);
  else if (task === 'promote') resource.role = Role.promoted;
  else if (task === 'demote') {
    if (onFail === 'block') {
      resource.role = Role.promoted;
      setNextRole(resource, Role.stopped, 'demote with on-fail=block');
    } else resource.role = history.rc === RC.notRunning ? Role.stopped : Role.unpromoted;
  }
  if (!isBundled(resource) && isMaskedProbe(history)) resource.role = Role.stopped;
  else if (resource.role < Role.started) setActive(resource);
  if (failRole !== Role.started && resource.nextRole < failRole) setNextRole(resource, failRole, 'failure');
  if (failRole === Role.stopped) banEverywhere(resource);
}

/** on-fail=stop: nowhere at all; for an anonymous clone it is the clone that may run nowhere, with every instance. */
function banEverywhere(resource: ResourceInstance): void {
  banTarget(resource).allowed.banAll('on-fail=stop');
}
