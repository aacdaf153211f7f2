import { INFINITY_SCORE } from '@holdfast/model';
import { addColocation } from '../internal-constraints/add-colocation.ts';
import { isBeyondThreshold } from '../node-criteria/apply-node-criteria.ts';
import type { ReplicaState } from '../state/bundle-state.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { assign } from './assign.ts';
import { recordScores } from './assign-state.ts';
import { instancesOf } from './compatible-instance.ts';
import { instanceComparison } from './instance-order.ts';
import { assignInstances } from './instances.ts';
import { mergeSort } from './merge-sort.ts';
import { assignPrimitive } from './primitive.ts';

/**
 * Assigns a bundle: first the containers, like instances of a clone, so that the hosts are known; then address
 * and connection of each replica; then what is inside, each instance to its own replica.
 */
export function assignBundle(state: ClusterState, bundle: ResourceInstance, stopIfFail: boolean): undefined {
  const data = bundle.bundle;
  if (bundle.assigning || data === undefined) return undefined;
  recordScores(state, bundle, 'pcmk__bundle_assign');
  if (bundle.assigned) return undefined;
  bundle.assigning = true;
  const containers = mergeSort(instancesOf(bundle), instanceComparison(state));
  assignInstances(state, bundle, containers, {
    maxTotal: data.replicas.length,
    maxPerNode: data.replicasPerHost,
  });
  for (const replica of data.replicas) assignReplica(state, replica, stopIfFail);
  const { child } = data;
  if (child !== undefined) {
    const own = new Set(data.replicas.map(({ node }) => node));
    for (const node of state.nodes) {
      if (child.allowed.has(node.index)) child.allowed.set(node.index, own.has(node) ? 0 : -INFINITY_SCORE);
    }
    assign(state, child, undefined, stopIfFail);
  }
  bundle.assigning = false;
  bundle.assigned = true;
  return undefined;
}

function assignReplica(state: ClusterState, replica: ReplicaState, stopIfFail: boolean): void {
  const { ip, remote, child, container } = replica;
  if (ip !== undefined) assignPrimitive(state, ip, undefined, stopIfFail);
  if (remote !== undefined) {
    const host = container?.assignedTo;
    if (host?.kind === 'remote' && host.connection !== undefined) {
      // A remote host's connection serves one cluster node only; the one into the container must be there.
      addColocation(state, {
        id: '#replica-remote-with-host-remote',
        dependent: remote,
        primary: host.connection,
        dependentRole: Role.unknown,
        primaryRole: Role.unknown,
        score: INFINITY_SCORE,
        nodeAttribute: undefined,
        influence: true,
        internal: true,
      });
    }
    assignPrimitive(state, remote, undefined, stopIfFail);
  }
  if (child === undefined) return;
  for (const node of state.nodes) {
    if (!child.allowed.has(node.index)) continue;
    if (node !== replica.node) child.allowed.set(node.index, -INFINITY_SCORE, '#replica');
    else if (!isBeyondThreshold(state, child, node))
      child.allowed.set(node.index, INFINITY_SCORE, '#replica');
  }
  const clone = child.parent;
  if (clone !== undefined) clone.assigning = true;
  assign(state, child, replica.node, stopIfFail);
  if (clone !== undefined) clone.assigning = false;
}
