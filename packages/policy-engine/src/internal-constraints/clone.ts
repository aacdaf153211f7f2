import { instanceNumber } from '../assign/instance-order.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { orderResources } from './add-ordering.ts';
import { constrain } from './internal-constraints.ts';

/**
 * A clone's marks: stopped before started, start and stop around those of the instances; an instance of an
 * ordered clone starts after all earlier ones, whichever of them start, and stops before them; promotable clones
 * also demote before stop and start before promote.
 */
export function constrainClone(state: ClusterState, clone: ResourceInstance): void {
  orderResources(state, clone, 'stopped', clone, 'start', OrderFlag.ordered);
  orderResources(state, clone, 'start', clone, 'running', OrderFlag.unrunnableFirstBlocks);
  orderResources(state, clone, 'stop', clone, 'stopped', OrderFlag.unrunnableFirstBlocks);
  if (clone.promotable) {
    orderResources(state, clone, 'demoted', clone, 'stop', OrderFlag.ordered);
    orderResources(state, clone, 'running', clone, 'promote', OrderFlag.unrunnableFirstBlocks);
  }
  const ordered = clone.clone?.ordered === true;
  if (ordered) clone.children.sort((a, b) => instanceNumber(a) - instanceNumber(b));
  clone.children.forEach((instance, position) => {
    constrain(state, instance);
    orderResources(
      state,
      clone,
      'start',
      instance,
      'start',
      OrderFlag.unrunnableFirstBlocks | OrderFlag.thenImpliesFirstGraphed,
    );
    orderResources(state, instance, 'start', clone, 'running', OrderFlag.firstImpliesThenGraphed);
    const earlier = ordered ? clone.children.slice(0, position) : [];
    for (const other of earlier) orderResources(state, other, 'start', instance, 'start', OrderFlag.ordered);
    orderResources(state, clone, 'stop', instance, 'stop', OrderFlag.thenImpliesFirstGraphed);
    orderResources(state, instance, 'stop', clone, 'stopped', OrderFlag.firstImpliesThenGraphed);
    for (const other of earlier) orderResources(state, instance, 'stop', other, 'stop', OrderFlag.ordered);
  });
  if (clone.promotable) constrainPromotable(state, clone);
}

function constrainPromotable(state: ClusterState, clone: ResourceInstance): void {
  const ordered = clone.clone?.ordered === true;
  orderResources(state, clone, 'demote', clone, 'demoted', OrderFlag.ordered);
  orderResources(state, clone, 'demoted', clone, 'promote', OrderFlag.ordered);
  orderResources(state, clone, 'stopped', clone, 'promote', OrderFlag.ordered);
  orderResources(state, clone, 'demoted', clone, 'start', OrderFlag.ordered);
  clone.children.forEach((instance, position) => {
    // Promotion that starts anew: whatever the instance goes through in between, demotion is first.
    orderResources(state, instance, 'demote', instance, 'promote', OrderFlag.ordered);
    orderResources(state, clone, 'promote', instance, 'promote', OrderFlag.thenImpliesFirstGraphed);
    orderResources(state, instance, 'promote', clone, 'promoted', OrderFlag.firstImpliesThenGraphed);
    orderResources(state, clone, 'demote', instance, 'demote', OrderFlag.thenImpliesFirstGraphed);
    orderResources(state, instance, 'demote', clone, 'demoted', OrderFlag.firstImpliesThenGraphed);
    const previous = clone.children[position - 1];
    if (ordered && previous) {
      orderResources(state, previous, 'promote', instance, 'promote', OrderFlag.ordered);
      orderResources(state, instance, 'demote', previous, 'demote', OrderFlag.ordered);
    }
  });
}
