import { INFINITY_SCORE } from '@holdfast/model';
import { isAvailable } from '../node-criteria/node-available.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { NodeTable } from '../state/node-table.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { mergeScores } from './colocation-scores.ts';
import { currentNode } from './current-node.ts';
import { compareAsText } from './primitive.ts';
import { compareCapacity } from './utilization.ts';

/**
 * Order of placement when capacity matters: higher priority, then higher score (with colocations) on the
 * current node, then on each node from the best on.
 */
export function sortForPlacement(state: ClusterState): void {
  const nodes = [...state.nodes];
  const tables = new Map<ResourceInstance, NodeTable>();
  for (const resource of state.resources) {
    const merged = mergeScores(state, {
      source: resource,
      target: resource,
      table: undefined,
      colocation: undefined,
      factor: 1,
      options: { own: true },
    });
    tables.set(resource, merged ?? resource.allowed);
  }
  nodes.sort((a, b) => compareEmptyNodes(state, a, b));
  state.resources.sort((a, b) => compare(a, b, tables, nodes));
}

/** Nodes by what they could take, before anything is placed. */
function compareEmptyNodes(state: ClusterState, a: NodeInstance, b: NodeInstance): number {
  const availability = Number(isAvailable(b)) - Number(isAvailable(a));
  if (availability !== 0) return availability;
  const { placementStrategy } = state.options;
  const capacity = placementStrategy === 'balanced' ? compareCapacity(a, b) : 0;
  if (capacity !== 0) return capacity;
  return a.assignedCount - b.assignedCount || compareAsText(a.name, b.name);
}

function scoreAt(table: NodeTable | undefined, node: NodeInstance | undefined): number {
  if (table === undefined || node === undefined || !table.has(node.index)) return -INFINITY_SCORE;
  return table.score(node.index);
}

function compare(
  a: ResourceInstance,
  b: ResourceInstance,
  tables: ReadonlyMap<ResourceInstance, NodeTable>,
  nodes: readonly NodeInstance[],
): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  const aTable = tables.get(a);
  const bTable = tables.get(b);
  const aNode = currentNode(a);
  const bNode = currentNode(b);
  const aScore = scoreAt(aTable, aNode);
  const bScore = scoreAt(bTable, bNode);
  if (aScore !== bScore) return bScore - aScore;
  for (const node of nodes) {
    const difference = scoreAt(bTable, node) - scoreAt(aTable, node);
    if (difference !== 0) return difference;
  }
  return 0;
}
