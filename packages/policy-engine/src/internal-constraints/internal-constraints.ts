import type { ClusterState } from '../state/cluster-state.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { constrainBundle } from './bundle.ts';
import { constrainClone } from './clone.ts';
import { constrainGroup } from './group.ts';
import { constrainPrimitive } from './primitive.ts';

/** Adds what follows from a resource's kind alone: the orderings and colocations of its parts. */
export function createInternalConstraints(state: ClusterState): void {
  for (const resource of state.resources) constrain(state, resource);
}

export function constrain(state: ClusterState, resource: ResourceInstance): void {
  switch (resource.kind) {
    case 'primitive':
      constrainPrimitive(state, resource);
      return;
    case 'group':
      constrainGroup(state, resource);
      return;
    case 'clone':
      constrainClone(state, resource);
      return;
    case 'bundle':
      constrainBundle(state, resource);
  }
}
