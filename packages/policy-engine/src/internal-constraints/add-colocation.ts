import type { ClusterState } from '../state/cluster-state.ts';
import type { Colocation } from '../state/constraints.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';

/** Registers a colocation with both resources. A score of 0 means nothing and is dropped. */
export function addColocation(state: ClusterState, init: Colocation): void {
  if (init.score === 0 || init.dependent === init.primary) return;
  const nodeAttribute = init.nodeAttribute === '#uname' ? undefined : init.nodeAttribute;
  const colocation: Colocation = { ...init, nodeAttribute };
  state.colocations.push(colocation);
  insertSorted(init.dependent.colocations, colocation, compareByPrimary);
  insertSorted(init.primary.colocatedWithThis, colocation, compareByDependent);
}

/** Among equals, which are of the same two resources, the one given last comes first, as in the reference. */
function insertSorted(
  list: Colocation[],
  item: Colocation,
  compare: (a: Colocation, b: Colocation) => number,
): void {
  let at = list.length;
  while (at > 0 && compare(item, list[at - 1] as Colocation) <= 0) at--;
  list.splice(at, 0, item);
}

/** Important primaries first, clones before groups and primitives, promotable clones first of all; then by name. */
export function compareByPrimary(a: Colocation, b: Colocation): number {
  return compareResources(a.primary, b.primary) || compareIds(a.primary.id, b.primary.id);
}

/** The same order by the dependents. */
export function compareByDependent(a: Colocation, b: Colocation): number {
  return compareResources(a.dependent, b.dependent) || compareIds(a.dependent.id, b.dependent.id);
}

const KIND_RANK = { primitive: 0, group: 1, clone: 2, bundle: 3 } as const;

function compareResources(a: ResourceInstance, b: ResourceInstance): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  const rank = KIND_RANK[b.kind] - KIND_RANK[a.kind];
  if (rank !== 0) return rank;
  if (a.isClone && a.promotable !== b.promotable) return a.promotable ? -1 : 1;
  return compareIds(a.id, b.id);
}

function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
