import type { ClusterState } from '../state/cluster-state.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { assign } from './assign.ts';

/** Longer chains of colocations than any real configuration has; shorter ones are followed by recursion. */
const LONG_CHAIN = 200;

interface Walk {
  readonly resource: ResourceInstance;
  readonly primaries: readonly ResourceInstance[];
  next: number;
}

/**
 * A resource is placed after what it is placed with. If that makes a very long chain, its far end is placed first, so
 * that the stack does not run out; in a loop, the resource reached again is taken as it is, as always.
 */
export function assignLongChain(state: ClusterState, resource: ResourceInstance): void {
  if (resource.assigned || !isLong(resource)) return;
  walk(resource, new Set(), (each, path) => {
    each.assigning = false;
    if (path > 0 && !each.assigned) assign(state, each, undefined, true);
  });
}

function isLong(resource: ResourceInstance): boolean {
  // Nearly always nothing is left to be placed first.
  if (unassignedPrimaries(resource).length === 0) return false;
  let longest = 0;
  walk(resource, new Set(), (each, path) => {
    each.assigning = false;
    longest = Math.max(longest, path);
  });
  return longest > LONG_CHAIN;
}

/** Visits what a resource is placed with, directly or not, far ends first; what is on the way counts as begun. */
function walk(
  start: ResourceInstance,
  seen: Set<ResourceInstance>,
  leave: (resource: ResourceInstance, path: number) => void,
): void {
  const path: Walk[] = [];
  const enter = (resource: ResourceInstance): void => {
    seen.add(resource);
    resource.assigning = true;
    path.push({ resource, primaries: unassignedPrimaries(resource), next: 0 });
  };
  enter(start);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const primary = top.primaries[top.next++];
    if (primary === undefined) {
      path.pop();
      leave(top.resource, path.length);
    } else if (!seen.has(primary) && !primary.assigned) enter(primary);
  }
}

function unassignedPrimaries(resource: ResourceInstance): ResourceInstance[] {
  const found: ResourceInstance[] = [];
  const add = (each: ResourceInstance): void => {
    for (const { primary } of each.colocations) {
      const top = primary.top(true);
      if (top !== resource && !top.assigned) found.push(top);
    }
    if (each.isGroup) each.children.forEach(add);
  };
  add(resource);
  return found;
}
