import { addScores, INFINITY_SCORE } from '@holdfast/model';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Colocation } from '../state/constraints.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { locationOf } from './clone-colocation.ts';
import { applyColocation, intersectNodes, placeFor } from './colocation.ts';
import { nextRoleOf } from './promotable.ts';

/*
 * Colocation with a role of a promotable clone.
 *
 * Placement of the dependent: every instance that will have the role counts as a primary; a mandatory
 * colocation then also restricts the dependent to those nodes (their scores merged in).
 * Promotion of the dependent: with a promoted instance on its node the score adds to its priority; without
 * one, +INFINITY makes promotion impossible.
 */
export function placeWithPromoted(
  state: ClusterState,
  dependent: ResourceInstance,
  clone: ResourceInstance,
  colocation: Colocation,
): void {
  const nodes: { node: NodeInstance; score: number }[] = [];
  for (const instance of clone.children) {
    const node = locationOf(instance);
    if (node === undefined || nextRoleOf(instance) !== colocation.primaryRole) continue;
    if (colocation.score < INFINITY_SCORE) applyColocation(state, dependent, instance, colocation);
    nodes.unshift({ node, score: instance.allowed.score(node.index) });
  }
  if (colocation.score >= INFINITY_SCORE) {
    intersectNodes(state, dependent, colocation, nodes, true);
  }
}

export function promoteWithPromoted(
  dependent: ResourceInstance,
  clone: ResourceInstance,
  colocation: Colocation,
): void {
  const own = locationOf(dependent);
  const isSamePlace = (instance: ResourceInstance, node: NodeInstance): boolean => {
    const at = locationOf(instance);
    if (at === undefined) return false;
    return placeFor(at, colocation, instance) === placeFor(node, colocation, dependent);
  };
  const partner =
    own === undefined
      ? undefined
      : clone.children.find(
          (instance) => nextRoleOf(instance) === colocation.primaryRole && isSamePlace(instance, own),
        );
  if (partner !== undefined) {
    dependent.priority = addScores(dependent.priority, colocation.score);
  } else if (colocation.score >= INFINITY_SCORE) {
    dependent.priority = -INFINITY_SCORE;
  }
}
