import type { NodeState } from '@holdfast/model';
import { evaluateBlocks } from '../rules/evaluate-blocks.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { fenceNode } from './fence-node.ts';
import { attributeIsTrue, setSiteName } from './nodes.ts';
import { integerOr, isTrue } from './option-values.ts';
import type { UnpackContext } from './unpack-context.ts';

/** Reads what the cluster knows about each node: attributes, membership, standby, maintenance, shutdown. */
export function unpackNodeStates(context: UnpackContext): void {
  const { state } = context;
  for (const status of state.input.status.nodes) {
    const node = findNode(context, status);
    if (node === undefined) continue;
    node.status = status;
    // Histories are found by node name when migrations are looked at from the other side.
    context.histories.add(node.name, status);
    if (node.kind === 'remote') continue;
    readTransientAttributes(context, node, status);
    node.unclean = false;
    node.unseen = false;
    readFlags(node);
    determineOnline(context, node, status);
    if (!state.quorate && state.options.noQuorumPolicy === 'fence' && node.online) {
      fenceNode(context, node, 'cluster does not have quorum', false);
    }
  }
}

/** The node a `node_state` is about. */
export function findNode(context: UnpackContext, status: NodeState): NodeInstance | undefined {
  return context.state.nodesById.get(status.id) ?? context.state.nodesByName.get(status.name);
}

function readTransientAttributes(context: UnpackContext, node: NodeInstance, status: NodeState): void {
  const rule = { ...context.baseRule, nodeAttributes: node.attributes };
  const { references } = context;
  const values = evaluateBlocks(status.transientAttributes, rule, { references });
  for (const [name, value] of values) node.attributes.set(name, value);
  for (const [name, value] of evaluateBlocks(status.transientUtilization ?? [], rule, { references })) {
    node.utilization.set(name, integerOr(value, 0));
  }
  setSiteName(context.state, node);
}

function readFlags(node: NodeInstance): void {
  if (attributeIsTrue(node, 'standby')) node.standby = true;
  if (attributeIsTrue(node, 'maintenance')) node.maintenance = true;
  const shutdown = node.attributes.get('shutdown');
  if (shutdown !== undefined && shutdown !== '0' && shutdown !== '') node.shutdown = true;
  const discovery = node.attributes.get('resource-discovery-enabled');
  if (discovery !== undefined && !isTrue(discovery)) node.discoveryEnabled = false;
}

/**
 * Remote and guest nodes: their own status holds flags and attributes, which count once the node's history does;
 * being online depends on the connection.
 */
export function readRemoteState(context: UnpackContext, node: NodeInstance, status: NodeState): void {
  readTransientAttributes(context, node, status);
  node.remoteWasFenced = integerOr(status.nodeFenced, 0) > 0;
  if (!node.remoteRequiresReset) {
    node.unclean = false;
    node.unseen = false;
  }
  if (attributeIsTrue(node, 'maintenance') || status.extra?.node_in_maintenance !== undefined) {
    // Recorded as a number; any word is none.
    node.remoteMaintenance = integerOr(status.extra?.node_in_maintenance, 0) > 0;
  }
  const shutdown = node.attributes.get('shutdown');
  if (shutdown !== undefined && shutdown !== '0' && shutdown !== '') node.shutdown = true;
  if (attributeIsTrue(node, 'standby')) node.standby = true;
  if (attributeIsTrue(node, 'maintenance') || node.connection?.managed === false) node.maintenance = true;
  const discovery = node.attributes.get('resource-discovery-enabled');
  if (discovery !== undefined && !isTrue(discovery)) node.discoveryEnabled = false;
}

/** In the membership: -1 never seen, 0 no, 1 yes (or the epoch second of joining). */
function memberSince(status: NodeState): number {
  return epochOrFlag(status.inCcm, 'true');
}

function peerSince(status: NodeState): number {
  const value = epochOrFlag(status.crmd, 'online');
  return value < 0 ? 0 : value;
}

function epochOrFlag(text: string | undefined, yes: string): number {
  if (text === undefined) return -1;
  if (text === yes || isTrue(text)) return 1;
  return /^\d+$/.test(text) ? Number(text) : 0;
}

function determineOnline(context: UnpackContext, node: NodeInstance, status: NodeState): void {
  node.expectedUp = status.expected === 'member';
  if (node.shutdown) node.expectedUp = false;
  node.online = context.state.options.fencingEnabled
    ? onlineWithFencing(context, node, status)
    : onlineWithoutFencing(context, node, status);
}

function onlineWithoutFencing(context: UnpackContext, node: NodeInstance, status: NodeState): boolean {
  if (memberSince(status) <= 0) return false;
  if (peerSince(status) > 0) return status.join === 'member';
  if (node.expectedUp) fenceNode(context, node, 'is unexpectedly down', false);
  return false;
}

function onlineWithFencing(context: UnpackContext, node: NodeInstance, status: NodeState): boolean {
  const member = memberSince(status);
  const peer = peerSince(status);
  const join = status.join ?? 'down';
  // A leaving node is alive as long as its controller is.
  if (node.shutdown) return peer > 0;
  if (member < 0) {
    fenceNode(context, node, 'peer has not been seen by the cluster', false);
    return false;
  }
  if (join === 'banned' || join === 'nack') {
    fenceNode(context, node, 'peer failed Pacemaker membership criteria', false);
  } else if (isTerminationRequested(node)) {
    if (member <= 0 && peer <= 0 && join === 'down') return false;
    fenceNode(context, node, 'fencing was requested', false);
  } else if ((status.expected ?? 'down') === 'down') {
    judgeUnexpected(context, node, member, peer);
  } else if (member <= 0) {
    fenceNode(context, node, 'peer is no longer part of the cluster', true);
  } else if (peer <= 0) {
    fenceNode(context, node, 'peer process is no longer available', false);
  } else if (join === 'pending' || join === 'down') {
    node.standby = true;
    node.pending = true;
  } else if (join !== 'member') {
    fenceNode(context, node, 'peer was in an unknown state', false);
  }
  return member > 0;
}

/** A node nobody expects: down, or on its way into the cluster, for too long perhaps. */
function judgeUnexpected(context: UnpackContext, node: NodeInstance, member: number, peer: number): void {
  if (member <= 0 && peer <= 0) return;
  const { options, nowSeconds } = context.state;
  const timeout = Math.trunc(options.nodePendingTimeoutMs / 1000);
  if (timeout > 0 && member > 1 && peer <= 0) {
    if (nowSeconds >= member + timeout) {
      fenceNode(context, node, 'peer pending timed out on joining the process group', false);
      return;
    }
    context.state.recheckBy(member + timeout);
  }
  node.standby = true;
  node.pending = true;
}

function isTerminationRequested(node: NodeInstance): boolean {
  const value = node.attributes.get('terminate');
  if (value === undefined) return false;
  return isTrue(value) || (/^\d+$/.test(value) && Number(value) > 0);
}
