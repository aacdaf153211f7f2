import type { ClusterState, NodeInstance } from '../state/index.ts';

/**
 * The node list of a status: a line for each node in a special state, then the others by kind. A guest whose
 * container is stopped is left out, since it is stopped like any resource.
 */
export function formatNodeList(state: ClusterState): string[] {
  const lines: string[] = [];
  const lists: Record<ListName, string[]> = {
    Online: [],
    OFFLINE: [],
    RemoteOnline: [],
    RemoteOFFLINE: [],
    GuestOnline: [],
  };
  for (const node of state.nodes) {
    const health = state.options.healthStrategy === 'none' ? '' : healthSuffix(node);
    const condition = nodeCondition(node) + health;
    if (condition === 'online') lists[onlineList(node)].push(node.name);
    else if (condition !== 'OFFLINE') lines.push(`${nodeLabel(node)} ${node.name}: ${condition}`);
    else if (!node.isGuest) lists[node.isRemote ? 'RemoteOFFLINE' : 'OFFLINE'].push(node.name);
  }
  for (const [name, nodes] of Object.entries(lists)) {
    if (nodes.length > 0) lines.push(`${name}: [ ${nodes.join(' ')} ]`);
  }
  return lines;
}

type ListName = 'Online' | 'OFFLINE' | 'RemoteOnline' | 'RemoteOFFLINE' | 'GuestOnline';

function onlineList(node: NodeInstance): ListName {
  return node.isGuest ? 'GuestOnline' : node.isRemote ? 'RemoteOnline' : 'Online';
}

function nodeLabel(node: NodeInstance): string {
  return node.isGuest ? 'GuestNode' : node.isRemote ? 'RemoteNode' : 'Node';
}

/** The state of a node in the words of the status display. */
export function nodeCondition(node: NodeInstance): string {
  if (node.unclean)
    return node.online ? 'UNCLEAN (online)' : node.pending ? 'UNCLEAN (pending)' : 'UNCLEAN (offline)';
  if (node.pending) return 'pending';
  if (node.standbyOnFail && node.online) return 'standby (on-fail)';
  if (node.standby) {
    if (!node.online) return 'OFFLINE (standby)';
    return node.running.length > 0 ? 'standby (with active resources)' : 'standby';
  }
  if (node.maintenance) return node.online ? 'maintenance' : 'OFFLINE (maintenance)';
  return node.online ? 'online' : 'OFFLINE';
}

function healthSuffix(node: NodeInstance): string {
  let yellow = false;
  for (const [name, value] of node.attributes) {
    if (!name.startsWith('#health')) continue;
    const lower = value.toLowerCase();
    if (lower === 'red' || /^-/.test(lower)) return ' (health is RED)';
    if (lower === 'yellow' || lower === '0') yellow = true;
  }
  return yellow ? ' (health is YELLOW)' : '';
}
