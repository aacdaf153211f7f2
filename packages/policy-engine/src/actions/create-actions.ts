import type { ClusterState } from '../state/cluster-state.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { createBundleActions } from './bundle-actions.ts';
import { createCloneActions } from './clone-actions.ts';
import { createGroupActions } from './group-actions.ts';
import { createPrimitiveActions } from './primitive-actions.ts';

/** Creates every action that brings a resource from its present to its next state. */
export function createActions(state: ClusterState, resource: ResourceInstance): void {
  switch (resource.kind) {
    case 'primitive':
      createPrimitiveActions(state, resource);
      return;
    case 'group':
      createGroupActions(state, resource);
      return;
    case 'clone':
      createCloneActions(state, resource);
      return;
    case 'bundle':
      createBundleActions(state, resource);
  }
}
