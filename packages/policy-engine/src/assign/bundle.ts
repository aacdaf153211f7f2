import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { assign } from './assign.ts';
import { recordScores } from './assign-state.ts';
import { colocationsOf } from './colocation-lists.ts';
import { instancesOf } from './compatible-instance.ts';
import { compareInstances } from './instance-order.ts';
import { assignInstances } from './instances.ts';

/** Assigns a bundle: containers like instances of a clone, then connection, address and what is inside. */
export function assignBundle(state: ClusterState, bundle: ResourceInstance, stopIfFail: boolean): undefined {
  void stopIfFail;
  const data = bundle.bundle;
  if (bundle.assigned || bundle.assigning || data === undefined) return undefined;
  bundle.assigning = true;
  for (const colocation of colocationsOf(bundle)) assign(state, colocation.primary, undefined, true);
  recordScores(state, bundle, 'pcmk__bundle_assign');
  const containers = [...instancesOf(bundle)];
  containers.sort((a, b) => compareInstances(state, a, b));
  assignInstances(state, bundle, containers, {
    maxTotal: data.replicas.length,
    maxPerNode: data.replicasPerHost,
  });
  for (const replica of data.replicas) {
    const host: NodeInstance | undefined = replica.container?.assignedTo;
    if (replica.ip) assign(state, replica.ip, host, true);
    if (replica.remote) assign(state, replica.remote, host, true);
  }
  if (data.child) assign(state, data.child, undefined, true);
  bundle.assigning = false;
  bundle.assigned = true;
  return undefined;
}
