import { INFINITY_SCORE } from '@holdfast/model';
import type { ReplicaState } from '../state/bundle-state.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { addColocation } from './add-colocation.ts';
import { orderResources } from './add-ordering.ts';
import { constrain } from './internal-constraints.ts';
import { constrainPrimitive } from './primitive.ts';

/**
 * The parts of a bundle: the marks of the bundle surround those of the resource inside and of the containers;
 * per replica the address comes before the container and on the same node; the connection follows the
 * container (see primitive).
 */
export function constrainBundle(state: ClusterState, bundle: ResourceInstance): void {
  const child = bundle.bundle?.child;
  const before = OrderFlag.thenImpliesFirstGraphed;
  const after = OrderFlag.firstImpliesThenGraphed;
  if (child !== undefined) {
    orderResources(state, bundle, 'start', child, 'start', before);
    orderResources(state, bundle, 'stop', child, 'stop', before);
    orderResources(state, child, 'running', bundle, 'running', after);
    orderResources(state, child, 'stopped', bundle, 'stopped', after);
    constrain(state, child);
    if (child.promotable) {
      orderRoleChanges(state, bundle);
      orderResources(state, bundle, 'promote', child, 'promote', before);
      orderResources(state, bundle, 'demote', child, 'demote', before);
      orderResources(state, child, 'promoted', bundle, 'promoted', after);
      orderResources(state, child, 'demoted', bundle, 'demoted', after);
    }
  }
  for (const replica of bundle.bundle?.replicas ?? []) constrainReplica(state, bundle, replica);
}

/** Down before up, and no promotion before everything runs: as with any promotable clone. */
function orderRoleChanges(state: ClusterState, bundle: ResourceInstance): void {
  const order = (first: string, then: string): void =>
    orderResources(state, bundle, first, bundle, then, OrderFlag.ordered);
  order('stopped', 'start');
  order('stopped', 'promote');
  order('demoted', 'stop');
  order('demoted', 'start');
  order('demoted', 'promote');
  order('running', 'promote');
  order('demote', 'demoted');
}

function constrainReplica(state: ClusterState, bundle: ResourceInstance, replica: ReplicaState): void {
  const { container, ip, remote, child } = replica;
  if (container === undefined) return;
  const before = OrderFlag.thenImpliesFirstGraphed;
  const after = OrderFlag.firstImpliesThenGraphed;
  constrainPrimitive(state, container);
  orderResources(state, bundle, 'start', container, 'start', OrderFlag.unrunnableFirstBlocks | before);
  if (child !== undefined) orderResources(state, bundle, 'stop', child, 'stop', before);
  orderResources(state, bundle, 'stop', container, 'stop', before);
  orderResources(state, container, 'start', bundle, 'running', after);
  orderResources(state, container, 'stop', bundle, 'stopped', after);
  if (ip !== undefined) {
    constrainPrimitive(state, ip);
    orderResources(
      state,
      ip,
      'start',
      container,
      'start',
      OrderFlag.unrunnableFirstBlocks | OrderFlag.guestAllowed,
    );
    orderResources(state, container, 'stop', ip, 'stop', OrderFlag.thenImpliesFirst | OrderFlag.guestAllowed);
    addColocation(state, {
      id: '#ip-with-container',
      dependent: ip,
      primary: container,
      dependentRole: Role.unknown,
      primaryRole: Role.unknown,
      score: INFINITY_SCORE,
      nodeAttribute: undefined,
      influence: true,
      internal: true,
    });
  }
  if (remote !== undefined) constrainPrimitive(state, remote);
}
