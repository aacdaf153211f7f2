import type { GraphAction, OperationRecord } from '@holdfast/model';
import { actionDigest } from '../actions/digests.ts';
import { countFailure } from './count-failure.ts';
import type { Modification } from './modification.ts';
import { recordIds, type StatusEditor } from './status-editor.ts';

/** How an operation is made to fail during playback: `RSC_TASK_INTERVALMS@NODE=RC`. */
export interface PlannedFailure {
  readonly resource: string;
  readonly task: string;
  readonly intervalMs: number;
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

/** An action that was played. */
export interface ExecutedAction {
  readonly kind: 'resource' | 'pseudo' | 'cluster' | 'fencing';
  /** The key for pseudo actions, the direction for fencing. */
  readonly task: string;
  readonly node?: string;
  readonly resource?: string;
  readonly intervalMs?: number;
  readonly failed: boolean;
  /** It was made to fail. */
  readonly pretended?: {
    readonly actionId: number;
    readonly rcCode: number;
    readonly modifications: readonly Modification[];
  };
}

/** One line of the playback, without bullet. */
export function formatExecuted({ kind, task, node, resource, intervalMs = 0 }: ExecutedAction): string {
  const place = node === undefined ? '' : ` on ${node}`;
  switch (kind) {
    case 'pseudo':
      return `Pseudo action:   ${task}${place}`;
    case 'fencing':
      return `Fencing ${node} (${task})`;
    case 'cluster':
      return `Cluster action:  ${task}${resource === undefined ? '' : ` for ${resource}`}${place}`;
    case 'resource': {
      const suffix = intervalMs > 0 ? `=${intervalMs}` : '';
      return `Resource action: ${(resource ?? '').padEnd(15)} ${task}${suffix}${place}`;
    }
  }
}

/** Executes one action on the status: its result is written as if the cluster had run it. */
export function executeAction(
  action: GraphAction,
  editor: StatusEditor,
  options: ExecuteContext,
): ExecutedAction {
  if (action.kind === 'pseudo') {
    const place = action.onNode === undefined ? {} : { node: action.onNode };
    return { kind: 'pseudo', task: action.operationKey, ...place, failed: false };
  }
  if (action.kind === 'resource') return executeResourceAction(action, editor, options);
  return executeClusterAction(action, editor);
}

function executeClusterAction(action: GraphAction, editor: StatusEditor): ExecutedAction {
  const { operation, onNode = '', onNodeUuid, resource, attributes } = action;
  if (operation !== 'stonith') {
    const subject = resource === undefined ? {} : { resource: resource.id };
    return { kind: 'cluster', task: operation, node: onNode, ...subject, failed: false };
  }
  const direction = attributes['CRM_meta_stonith_action'] ?? 'reboot';
  if (direction !== 'on') {
    const node = editor.node(onNode, onNodeUuid);
    Object.assign(node, { inCcm: 'false', crmd: 'offline', join: 'down', expected: 'down' });
    editor.forgetAll(onNode);
  }
  return { kind: 'fencing', task: direction, node: onNode, failed: false };
}

function executeResourceAction(
  action: GraphAction,
  editor: StatusEditor,
  options: ExecuteContext,
): ExecutedAction {
  const { operation, onNode = '', resource, attributes } = action;
  const { id, longId } = resource ?? { id: action.operationKey };
  const intervalMs = Number(attributes['CRM_meta_interval'] ?? 0);
  // An anonymous instance goes by its common name if any history does, else by its own.
  const name = longId === undefined || options.historyNames.has(id) ? id : longId;
  const executed = { kind: 'resource', task: operation, node: onNode, resource: name, intervalMs } as const;
  if (operation === 'delete') editor.forgetHistory(onNode, name);
  if (operation === 'delete' || operation === 'cancel' || operation === 'notify' || resource === undefined) {
    return { ...executed, failed: false };
  }
  const expected = Number(attributes['CRM_meta_op_target_rc'] ?? 0);
  // An instance can be meant by its own name and by the one its node knows it by.
  const names = new Set([name, id, longId]);
  const failure = options.failures.find(
    ({ node, resource: wanted, task, intervalMs: every }) =>
      node === onNode && names.has(wanted) && task === operation && every === intervalMs,
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
  const failed = failure !== undefined && rcCode !== expected;
  const task = record.operation;
  for (const each of recordIds({ resource: name, task, intervalMs, failed }))
    editor.record(onNode, action.onNodeUuid, name, resource, { ...record, id: each });
  if (!failed) return { ...executed, failed };
  const modifications = countFailure(editor, {
    resource: failure.resource,
    task,
    intervalMs,
    node: onNode,
    nodeId: action.onNodeUuid,
    nowSeconds: options.nowSeconds,
  });
  return { ...executed, failed, pretended: { actionId: action.id, rcCode, modifications } };
}

/** The controller that results of a simulation claim to come from: the same one the reference's simulator names. */
const SIMULATION_UUID = 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx';

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
  const callId = Math.max(0, ...calls) + 1;
  // Of no transition: that makes it newer than whatever was pending.
  const transitionKey = `${callId}:-1:${expected}:${SIMULATION_UUID}`;
  const migrateSource = attributes['CRM_meta_migrate_source'];
  const migrateTarget = attributes['CRM_meta_migrate_target'];
  return {
    id: '',
    operation,
    operationKey: `${name}_${operation}_${intervalMs}`,
    intervalMs,
    callId,
    rcCode,
    opStatus: 0,
    transitionKey,
    transitionMagic: `0:${rcCode};${transitionKey}`,
    exitReason: failed ? 'User-injected result' : '',
    onNode,
    lastRcChange: init.editor.timeAfter(onNode, name, nowSeconds),
    execTimeMs: 0,
    queueTimeMs: 0,
    opDigest: actionDigest(attributes, intervalMs),
    ...(migrateSource === undefined ? {} : { migrateSource }),
    ...(migrateTarget === undefined ? {} : { migrateTarget }),
  };
}
