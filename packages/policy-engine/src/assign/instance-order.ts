import { INFINITY_SCORE } from '@holdfast/model';
import { isAvailable } from '../node-criteria/node-available.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { NodeTable } from '../state/node-table.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { colocationsOf, colocationsWith, hasInfluence } from './colocation-lists.ts';
import { mergeScores } from './colocation-scores.ts';
import { activeNodes } from './current-node.ts';
import { hasFailed } from './instances.ts';

/**
 * Which of two instances is placed first, for one sorting: fewer nodes active on, an allowed current node, higher
 * priority, active at all, on a node that can run it, on a node with fewer instances, not failed, on a node that is
 * up, better colocation scores on its node, lower number.
 */
export function instanceComparison(
  state: ClusterState,
): (a: ResourceInstance, b: ResourceInstance) => number {
  // Sorting changes nothing that these depend on, and asks for each many times.
  const worth = new Map<ResourceInstance, number>();
  const worthOf = (instance: ResourceInstance, node: NodeInstance): number => {
    let known = worth.get(instance);
    if (known === undefined) {
      known = scoreWithColocations(state, instance, node);
      worth.set(instance, known);
    }
    return known;
  };
  return (a, b) => compareInstances(worthOf, a, b);
}

/** What colocations are worth for an instance on its current node. */
type Worth = (instance: ResourceInstance, node: NodeInstance) => number;

function compareInstances(worthOf: Worth, a: ResourceInstance, b: ResourceInstance): number {
  const activeA = activeNodes(a);
  const activeB = activeNodes(b);
  if (activeA.all > 0 && activeB.all > 0 && activeA.all !== activeB.all) return activeA.all - activeB.all;
  const nodeA = allowedCurrent(a, activeA.current);
  const nodeB = allowedCurrent(b, activeB.current);
  const displacedA = activeA.current !== undefined && nodeA === undefined;
  const displacedB = activeB.current !== undefined && nodeB === undefined;
  if (displacedA !== displacedB) return displacedA ? 1 : -1;
  if (a.priority !== b.priority) return b.priority - a.priority;
  if (nodeA === undefined && nodeB === undefined) return 0;
  if (nodeA === undefined) return 1;
  if (nodeB === undefined) return -1;
  return compareActive(worthOf, a, nodeA, b, nodeB);
}

function allowedCurrent(
  instance: ResourceInstance,
  node: NodeInstance | undefined,
): NodeInstance | undefined {
  if (node === undefined) return undefined;
  const { allowed } = instance;
  return allowed.has(node.index) && allowed.score(node.index) >= 0 ? node : undefined;
}

function compareActive(
  worthOf: Worth,
  a: ResourceInstance,
  nodeA: NodeInstance,
  b: ResourceInstance,
  nodeB: NodeInstance,
): number {
  const canA = isAvailable(nodeA);
  const canB = isAvailable(nodeB);
  if (canA !== canB) return canA ? -1 : 1;
  const parent = a.parent;
  if (parent !== undefined) {
    const knowsA = parent.allowed.has(nodeA.index);
    const knowsB = parent.allowed.has(nodeB.index);
    if (!knowsA && !knowsB) return 0;
    if (knowsA !== knowsB) return knowsA ? -1 : 1;
    const { counts } = parent.allowed;
    const difference = (counts[nodeA.index] as number) - (counts[nodeB.index] as number);
    if (difference !== 0) return difference;
  }
  const failedA = hasFailed(a);
  const failedB = hasFailed(b);
  if (failedA !== failedB) return failedA ? 1 : -1;
  return compareByColocation(worthOf, a, nodeA, b, nodeB) || instanceNumber(a) - instanceNumber(b);
}

const ZERO = 48;

/** The number in an instance's name. Read often, while instances are sorted. */
export function instanceNumber(instance: ResourceInstance): number {
  if (instance.replica !== undefined) return instance.replica.offset;
  const { id } = instance;
  const from = id.lastIndexOf(':') + 1;
  if (from === 0 || from === id.length) return 0;
  let number = 0;
  for (let at = from; at < id.length; at++) {
    const digit = id.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return 0;
    number = number * 10 + digit;
  }
  return number;
}

function compareByColocation(
  worthOf: Worth,
  a: ResourceInstance,
  nodeA: NodeInstance,
  b: ResourceInstance,
  nodeB: NodeInstance,
): number {
  const parent = a.parent;
  if (parent === undefined) return 0;
  const own = colocationsOf(parent);
  const others = colocationsWith(parent);
  if (own.length === 0 && others.length === 0) return Number(nodeB.online) - Number(nodeA.online);
  return worthOf(b, nodeB) - worthOf(a, nodeA);
}

/**
 * What colocations alone are worth on an instance's own node; dislikes of dependents do not count. A node that is down is
 * worth nothing whatever they say: of instances that cannot stay, one left on such a node comes last.
 */
function scoreWithColocations(state: ClusterState, instance: ResourceInstance, own: NodeInstance): number {
  const parent = instance.parent as ResourceInstance;
  let table = new NodeTable(state.nodes.length);
  table.set(own.index, own.online ? 0 : -INFINITY_SCORE);
  for (const colocation of colocationsOf(parent)) {
    const merge = { source: colocation.primary, target: instance, table, colocation };
    const factor = colocation.score / INFINITY_SCORE;
    table = mergeScores(state, { ...merge, factor, options: {} }) ?? table;
  }
  for (const colocation of colocationsWith(parent)) {
    if (!hasInfluence(colocation, instance)) continue;
    const merge = { source: colocation.dependent, target: instance, table, colocation };
    const factor = colocation.score / INFINITY_SCORE;
    table = mergeScores(state, { ...merge, factor, options: { nonNegative: true } }) ?? table;
  }
  return table.score(own.index);
}
