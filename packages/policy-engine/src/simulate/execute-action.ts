import type { GraphAction, OperationRecord } from '@holdfast/model';
import type { StatusEditor } from './status-editor.ts';

/** How an operation is made to fail during playback: `RSC_TASK_INTERVALMS@NODE=RC`. */
export interface PlannedFailure {
  readonly key: string;
  readonly node: string;
  readonly rcCode: number;
}

export interface ExecuteOptions {
  readonly nowSeconds: number;
  readonly failures: readonly PlannedFailure[];
}

export interface ExecuteContext extends ExecuteOptions {
  /** Ids of all histories at the start. */
  readonly historyNames: ReadonlySet<string>;
}

/** What one action of a graph did. */
export interface ExecutionResult {
  /** As printed, without bullet. */
  readonly text: string;
  readonly failed: boolean;
}

/** Executes one action on the status: its result is written as if the cluster had run it. */
export function executeAction(
  action: GraphAction,
  editor: StatusEditor,
  options: ExecuteContext,
): ExecutionResult {
  if (action.kind === 'pseudo') {
    const place = action.onNode === undefined ? '' : ` on ${action.onNode}`;
    return { text: `Pseudo action:   ${action.operationKey}${place}`, failed: false };
  }
  if (action.kind === 'resource') return executeResourceAction(action, editor, options);
  return { text: executeClusterAction(action, editor), failed: false };
}

function executeClusterAction(action: GraphAction, editor: StatusEditor): string {
  const { operation, onNode = '', onNodeUuid, resource, attributes } = action;
  if (operation !== 'stonith') {
    const subject = resource === undefined ? '' : ` for ${resource.id}`;
    return `Cluster action:  ${operation}${subject} on ${onNode}`;
  }
  const direction = attributes['CRM_meta_stonith_action'] ?? 'reboot';
  if (direction !== 'on') {
    const node = editor.node(onNode, onNodeUuid);
    Object.assign(node, { inCcm: 'false', crmd: 'offline', join: 'down', expected: 'down' });
    editor.forgetAll(onNode);
  }
  return `Fencing ${onNode} (${direction})`;
}

function executeResourceAction(
  action: GraphAction,
  editor: StatusEditor,
  options: ExecuteContext,
): ExecutionResult {
  const { operation, onNode = '', resource, attributes } = action;
  const { id, longId } = resource ?? { id: action.operationKey };
  const intervalMs = Number(attributes['CRM_meta_interval'] ?? 0);
  // An anonymous instance goes by its common name if any history does, else by its own.
  const name = longId === undefined || options.historyNames.has(id) ? id : longId;
  const suffix = intervalMs > 0 ? `=${intervalMs}` : '';
  const text = `Resource action: ${name.padEnd(15)} ${operation}${suffix} on ${onNode}`;
  if (operation === 'delete') editor.forgetHistory(onNode, name);
  if (operation === 'delete' || operation === 'cancel' || operation === 'notify' || resource === undefined) {
    return { text, failed: false };
  }
  const expected = Number(attributes['CRM_meta_op_target_rc'] ?? 0);
  const failure = options.failures.find(
    (planned) => planned.node === onNode && planned.key === `${name}_${operation}_${intervalMs}`,
  );
  const rcCode = failure?.rcCode ?? expected;
  const record = makeRecord({
    action,
    name,
    intervalMs,
    rcCode,
    expected,
    editor,
    nowSeconds: options.nowSeconds,
  });
  editor.record(onNode, action.onNodeUuid, name, resource, record);
  return { text, failed: rcCode !== expected };
}

/** The controller that results of a simulation claim to come from. */
const SIMULATION_UUID = '00000000-0000-0000-0000-000000000000';

interface RecordInit {
  readonly action: GraphAction;
  readonly name: string;
  readonly intervalMs: number;
  readonly rcCode: number;
  readonly expected: number;
  readonly editor: StatusEditor;
  readonly nowSeconds: number;
}

function makeRecord(init: RecordInit): OperationRecord {
  const { action, name, intervalMs, rcCode, expected, nowSeconds } = init;
  const { onNode = '', attributes } = action;
  // A reload that worked leaves what a start leaves.
  const operation = action.operation === 'reload-agent' ? 'start' : action.operation;
  const calls = init.editor.history(onNode, name)?.operations.map(({ callId }) => callId) ?? [];
  const failed = rcCode !== expected;
  const opStatus = failed ? 4 : 0;
  const transitionKey = `${action.id}:1:${expected}:${SIMULATION_UUID}`;
  const migrateSource = attributes['CRM_meta_migrate_source'];
  const migrateTarget = attributes['CRM_meta_migrate_target'];
  return {
    id: `${name}_${failed ? 'last_failure_0' : intervalMs > 0 ? `${operation}_${intervalMs}` : 'last_0'}`,
    operation,
    operationKey: `${name}_${operation}_${intervalMs}`,
    intervalMs,
    callId: Math.max(0, ...calls) + 1,
    rcCode,
    opStatus,
    transitionKey,
    transitionMagic: `${opStatus}:${rcCode};${transitionKey}`,
    exitReason: '',
    onNode,
    lastRcChange: nowSeconds,
    execTimeMs: 0,
    queueTimeMs: 0,
    ...(migrateSource === undefined ? {} : { migrateSource }),
    ...(migrateTarget === undefined ? {} : { migrateTarget }),
  };
}
