import { INFINITY_SCORE, parseScore } from '@holdfast/model';
import type { ClusterOptions, ClusterState, NodeInstance } from '../state/index.ts';

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
    const health = state.options.healthStrategy === 'none' ? '' : healthSuffix(node, state.options);
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

function healthSuffix(node: NodeInstance, options: ClusterOptions): string {
  const health = nodeHealth(node, options);
  return health === 'green' ? '' : ` (health is ${health.toUpperCase()})`;
}

/**
 * The worst health attribute counts. `red` and `yellow` are what they say; `green` and numbers are compared with
 * the scores that the strategy gives to red and yellow, where yellow differs from green at all.
 */
export function nodeHealth(node: NodeInstance, options: ClusterOptions): 'green' | 'yellow' | 'red' {
  const { red, yellow, green } = healthScores(options);
  let worst = 0;
  for (const [name, value] of node.attributes) {
    if (name.startsWith('#health')) worst = Math.max(worst, severity(value.toLowerCase()));
  }
  return (['green', 'yellow', 'red'] as const)[worst] ?? 'green';

  function severity(value: string): number {
    if (value === 'red') return 2;
    if (value === 'yellow') return 1;
    const score = value === 'green' ? green : (parseScore(value) ?? 0);
    if (score <= red) return 2;
    return yellow !== green && score <= yellow ? 1 : 0;
  }
}

function healthScores(options: ClusterOptions): { red: number; yellow: number; green: number } {
  switch (options.healthStrategy) {
    case 'migrate-on-red':
      return { red: -INFINITY_SCORE, yellow: 0, green: 0 };
    case 'only-green':
      return { red: -INFINITY_SCORE, yellow: -INFINITY_SCORE, green: 0 };
    default:
      return { red: options.healthRed, yellow: options.healthYellow, green: options.healthGreen };
  }
}
