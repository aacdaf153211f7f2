import type { ClusterStatus, NodeState, ResourceHistory, TicketState } from '../status/cluster-status.ts';
import type { OperationRecord } from '../status/operation-record.ts';
import { childOf, childrenOf, pick, type ReadContext, required, rest } from './element-reader.ts';
import { readBlocks } from './read-rules.ts';
import type { XmlElement } from './xml-element.ts';

/** Reads the `status` section, apart from the nodes that were read before. */
export function readStatus(
  context: ReadContext,
  element: XmlElement,
  nodes: NodeState[] = [],
): ClusterStatus {
  const tickets: TicketState[] = [];
  for (const child of element.children) {
    if (child.name === 'node_state') nodes.push(readNodeState(context, child));
    else if (child.name === 'tickets') {
      tickets.push(...childrenOf(child, 'ticket_state').map((ticket) => readTicketState(context, ticket)));
    } else context.warn(child, `${child.name} is not known in the status and is left out`);
  }
  return { nodes, tickets };
}

const NODE_STATE = {
  inCcm: 'in_ccm',
  crmd: 'crmd',
  join: 'join',
  expected: 'expected',
  nodeFenced: 'node_fenced',
} as const;
const NODE_STATE_KNOWN = new Set(['id', 'uname', 'remote_node', ...Object.values(NODE_STATE)]);

/** Reads one `node_state` with its operation histories. */
export function readNodeState(context: ReadContext, element: XmlElement): NodeState {
  const { id, uname, remote_node: remoteNode } = element.attributes;
  const transient = childrenOf(element, 'transient_attributes');
  const utilization = transient.flatMap((block) => readBlocks(context, block, 'utilization'));
  const lrm = childOf(element, 'lrm');
  const resources = lrm && childOf(lrm, 'lrm_resources');
  const extra = rest(element, NODE_STATE_KNOWN);
  return {
    id: id ?? uname ?? '',
    name: uname ?? '',
    ...pick(element, NODE_STATE),
    ...(remoteNode === undefined ? {} : { remoteNode: /^(true|yes|on|y|1)$/i.test(remoteNode) }),
    transientAttributes: transient.flatMap((block) => readBlocks(context, block, 'instance_attributes')),
    ...(utilization.length > 0 ? { transientUtilization: utilization } : {}),
    resources: resources
      ? childrenOf(resources, 'lrm_resource').map((resource) => readHistory(context, resource))
      : [],
    ...(lrm ? { hasHistory: true } : {}),
    ...(extra ? { extra } : {}),
  };
}

const HISTORY_KNOWN = new Set(['id', 'class', 'provider', 'type', 'container']);

function readHistory(context: ReadContext, element: XmlElement): ResourceHistory {
  const id = required(context, element, 'id');
  const extra = rest(element, HISTORY_KNOWN);
  return {
    id,
    class: element.attributes['class'] ?? '',
    type: element.attributes['type'] ?? '',
    ...pick(element, { provider: 'provider', container: 'container' }),
    operations: childrenOf(element, 'lrm_rsc_op').map((operation) => readOperation(context, operation, id)),
    ...(extra ? { extra } : {}),
  };
}

const OPERATION_TEXTS = {
  transitionKey: 'transition-key',
  transitionMagic: 'transition-magic',
  exitReason: 'exit-reason',
  onNode: 'on_node',
  opDigest: 'op-digest',
  opRestartDigest: 'op-restart-digest',
  opForceRestart: 'op-force-restart',
  opSecureDigest: 'op-secure-digest',
  opSecureParams: 'op-secure-params',
  migrateSource: 'migrate_source',
  migrateTarget: 'migrate_target',
} as const;
const OPERATION_NUMBERS = {
  lastRcChange: 'last-rc-change',
  lastRun: 'last-run',
  execTimeMs: 'exec-time',
  queueTimeMs: 'queue-time',
} as const;
const OPERATION_KNOWN = new Set([
  'id',
  'operation',
  'operation_key',
  'interval',
  'call-id',
  'rc-code',
  'op-status',
  ...Object.values(OPERATION_TEXTS),
  ...Object.values(OPERATION_NUMBERS),
]);

function readOperation(context: ReadContext, element: XmlElement, resource: string): OperationRecord {
  const operation = required(context, element, 'operation');
  const intervalMs = integer(element, 'interval') ?? 0;
  const extra = rest(element, OPERATION_KNOWN) ?? {};
  const numbers: { -readonly [K in keyof typeof OPERATION_NUMBERS]?: number } = {};
  for (const field of Object.keys(OPERATION_NUMBERS) as (keyof typeof OPERATION_NUMBERS)[]) {
    const name = OPERATION_NUMBERS[field];
    const value = integer(element, name);
    if (value !== undefined) numbers[field] = value;
    else if (element.attributes[name] !== undefined) extra[name] = element.attributes[name];
  }
  return {
    id: element.attributes['id'] ?? '',
    operation,
    operationKey: element.attributes['operation_key'] ?? `${resource}_${operation}_${intervalMs}`,
    intervalMs,
    callId: integer(element, 'call-id') ?? 0,
    rcCode: integer(element, 'rc-code') ?? 0,
    opStatus: integer(element, 'op-status') ?? -2,
    ...pick(element, OPERATION_TEXTS),
    ...numbers,
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

function integer(element: XmlElement, name: string): number | undefined {
  const text = element.attributes[name];
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function readTicketState(context: ReadContext, element: XmlElement): TicketState {
  const extra = rest(element, new Set(['id', 'granted', 'standby', 'last-granted']));
  return {
    id: required(context, element, 'id'),
    ...pick(element, { granted: 'granted', standby: 'standby', lastGranted: 'last-granted' }),
    ...(extra ? { extra } : {}),
  };
}
