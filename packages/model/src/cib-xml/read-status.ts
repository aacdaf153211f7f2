import type { ClusterStatus, NodeState, ResourceHistory, TicketState } from '../status/cluster-status.ts';
import { childOf, childrenOf, pick, type ReadContext, required, rest } from './element-reader.ts';
import { readBlocks } from './read-rules.ts';
import type { XmlElement } from './xml-element.ts';

/** Reads the `status` section; its nodes were read before. */
export function readStatus(
  context: ReadContext,
  element: XmlElement,
  nodes: readonly NodeState[],
): ClusterStatus {
  const tickets: TicketState[] = [];
  for (const child of element.children) {
    if (child.name === 'tickets') {
      for (const ticket of childrenOf(child, 'ticket_state')) tickets.push(readTicketState(context, ticket));
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

/** Reads one `node_state`; its operation histories were read before. */
export function readNodeState(
  context: ReadContext,
  element: XmlElement,
  resources: readonly ResourceHistory[],
): NodeState {
  const { id, uname, remote_node: remoteNode } = element.attributes;
  const transient = childrenOf(element, 'transient_attributes');
  const utilization = transient.flatMap((block) => readBlocks(context, block, 'utilization'));
  const extra = rest(element, NODE_STATE_KNOWN);
  return {
    id: id ?? '',
    name: uname ?? '',
    ...pick(element, NODE_STATE),
    ...(remoteNode === undefined ? {} : { remoteNode: /^(true|yes|on|y|1)$/i.test(remoteNode) }),
    transientAttributes: transient.flatMap((block) => readBlocks(context, block, 'instance_attributes')),
    ...(utilization.length > 0 ? { transientUtilization: utilization } : {}),
    resources,
    ...(childOf(element, 'lrm') ? { hasHistory: true } : {}),
    ...(extra ? { extra } : {}),
  };
}

function readTicketState(context: ReadContext, element: XmlElement): TicketState {
  const extra = rest(element, new Set(['id', 'granted', 'standby', 'last-granted']));
  return {
    id: required(context, element, 'id'),
    ...pick(element, { granted: 'granted', standby: 'standby', lastGranted: 'last-granted' }),
    ...(extra ? { extra } : {}),
  };
}
