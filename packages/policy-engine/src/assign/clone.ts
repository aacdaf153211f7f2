import type { ClusterState } from '../state/cluster-state.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { assign } from './assign.ts';
import { recordScores } from './assign-state.ts';
import { colocationsOf, colocationsWith } from './colocation-lists.ts';
import { addDependentScores } from './colocation-scores.ts';
import { instanceComparison } from './instance-order.ts';
import { assignInstances } from './instances.ts';
import { mergeSort } from './merge-sort.ts';
import { addPromotionScores, chooseRoles } from './promotable.ts';

/** Assigns a clone: what it is placed with first, then its instances, then (promotable) their roles. */
export function assignClone(state: ClusterState, clone: ResourceInstance, stopIfFail: boolean): undefined {
  if (clone.assigned || clone.assigning) return undefined;
  clone.assigning = true;
  if (clone.promotable) addPromotionScores(state, clone);
  for (const colocation of colocationsOf(clone)) assign(state, colocation.primary, undefined, stopIfFail);
  for (const colocation of colocationsWith(clone)) addDependentScores(state, colocation, clone);
  recordScores(state, clone, 'pcmk__clone_assign');
  clone.children = mergeSort(clone.children, instanceComparison(state));
  assignInstances(state, clone, clone.children, {
    maxTotal: clone.clone?.max ?? 0,
    maxPerNode: clone.clone?.nodeMax ?? 1,
  });
  if (clone.promotable) chooseRoles(state, clone);
  clone.assigning = false;
  clone.assigned = true;
  return undefined;
}
