import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';

/** Where a resource is active, and on how many nodes. */
export interface ActiveNodes {
  readonly current: NodeInstance | undefined;
  readonly all: number;
  /** On nodes that are up and clean. */
  readonly clean: number;
}

/**
 * The node a primitive counts as active on: the source of a migration half done, else (if fencing does not
 * matter to it) the first clean node, else the first.
 */
export function activeNodes(resource: ResourceInstance): ActiveNodes {
  let current: NodeInstance | undefined;
  let clean = 0;
  const needsFencing = resource.needs === 'fencing' || resource.needs === 'unfencing';
  for (const node of resource.runningOn) {
    const happy = node.online && !node.unclean;
    if (happy) clean++;
    if (resource.partialMigrationSource !== undefined) {
      if (node === resource.partialMigrationSource) current = node;
    } else if (!needsFencing) {
      if (happy && (current === undefined || !current.online || current.unclean)) current = node;
    }
    if (current === undefined) current = node;
  }
  return { current, all: resource.runningOn.length, clean };
}

export function currentNode(resource: ResourceInstance): NodeInstance | undefined {
  if (resource.runningOn.length === 0) return undefined;
  return activeNodes(resource).current;
}
