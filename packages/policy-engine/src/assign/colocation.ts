import { addScores, INFINITY_SCORE } from '@holdfast/model';
import { anyAvailable } from '../node-criteria/node-available.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Colocation } from '../state/constraints.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { applyWithBundle } from './bundle-colocation.ts';
import { applyWithClone, locationOf } from './clone-colocation.ts';

/*
 * Colocation, once the primary has its node.
 *
 * Rule for placement: on nodes that match the primary's (same node, or same value of the node attribute) the
 * score is added; if it is +INFINITY, the other nodes are banned instead. If the primary has no node, the
 * score counts against every node. An optional colocation that would leave no node is not applied. A colocation
 * of a role that the dependent will not have does not place it.
 *
 * Rule for roles: if the dependent already has its node and the colocation names a promotion role, the score
 * goes to the promotion priority of the dependent instead (subtracted for the unpromoted role); +INFINITY and
 * no match mean that the dependent cannot be promoted.
 *
 * A group as primary stands for its last member (mandatory) or first member (optional); as dependent only its
 * first member is placed, the others follow.
 */

/** What a colocation acts on for this pair now. */
function colocationEffect(
  dependent: ResourceInstance,
  primary: ResourceInstance,
  colocation: Colocation,
): 'none' | 'role' | 'location' {
  if (!primary.assigned) return 'none';
  const { dependentRole, primaryRole } = colocation;
  if (decidesRole(dependent, colocation)) return 'role';
  if (dependent.assigned) return 'none';
  if (dependentRole !== Role.unknown && dependentRole !== actor(dependent).nextRole) return 'none';
  if (primaryRole !== Role.unknown && primaryRole !== actor(primary).nextRole) return 'none';
  return 'location';
}

/** An instance that has its node: a role in the colocation is about whether it is promoted there. */
function decidesRole(dependent: ResourceInstance, colocation: Colocation): boolean {
  const acting = actor(dependent);
  return colocation.dependentRole >= Role.unpromoted && acting.parent?.promotable === true && acting.assigned;
}

/** Whose role counts: for the container of a bundle, what is inside. */
function actor(resource: ResourceInstance): ResourceInstance {
  const { replica } = resource;
  return replica?.container === resource ? (replica.child ?? resource) : resource;
}

/** Applies a colocation to one dependent (a primitive or group), whatever kind the primary is. */
export function applyColocation(
  state: ClusterState,
  dependent: ResourceInstance,
  primary: ResourceInstance,
  colocation: Colocation,
): void {
  if (dependent.isGroup && !decidesRole(dependent, colocation)) {
    const first = dependent.children[0];
    if (first !== undefined) applyColocation(state, first, primary, colocation);
    return;
  }
  switch (primary.kind) {
    case 'primitive':
      applyWithPrimitive(state, dependent, primary, colocation);
      return;
    case 'group': {
      if (!primary.assigned) return;
      const member = colocation.score >= INFINITY_SCORE ? primary.children.at(-1) : primary.children[0];
      if (member !== undefined) applyColocation(state, dependent, member, colocation);
      return;
    }
    case 'clone':
      applyWithClone(state, dependent, primary, colocation);
      return;
    case 'bundle':
      applyWithBundle(state, dependent, primary, colocation);
  }
}

function applyWithPrimitive(
  state: ClusterState,
  dependent: ResourceInstance,
  primary: ResourceInstance,
  colocation: Colocation,
): void {
  switch (colocationEffect(dependent, primary, colocation)) {
    case 'role':
      applyToPriority(dependent, primary, colocation);
      return;
    case 'location':
      applyToScores(state, dependent, primary, colocation);
  }
}

/** The value by which two nodes count as one place. */
export function placeOf(node: NodeInstance, colocation: Colocation | undefined): string | undefined {
  const attribute = colocation?.nodeAttribute;
  return attribute === undefined ? node.name : node.attributes.get(attribute);
}

/**
 * The same, for a resource whose attributes may live on the host of its container. The inside of a bundle is no
 * place for anything else: what is colocated with it goes where its container is.
 */
export function placeFor(
  node: NodeInstance,
  colocation: Colocation | undefined,
  resource: ResourceInstance,
): string | undefined {
  if (node.bundleNode) {
    const host = hostOf(node);
    return host === undefined ? undefined : placeOf(host, colocation);
  }
  if (colocation?.nodeAttribute === undefined) return node.name;
  if (resource.meta.get('container-attribute-target') === 'host' && node.isGuest) {
    const host = hostOf(node);
    if (host !== undefined) return placeOf(host, colocation);
  }
  return placeOf(node, colocation);
}

/** The node a guest node is going to live on, as far as that is known. */
export function hostOf(node: NodeInstance): NodeInstance | undefined {
  return node.connection?.launcher?.assignedTo;
}

function samePlace(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase());
}

function applyToScores(
  state: ClusterState,
  dependent: ResourceInstance,
  primary: ResourceInstance,
  colocation: Colocation,
): void {
  const { score } = colocation;
  const at = primary.assignedTo;
  // Avoiding something that is nowhere is no restriction.
  if (at === undefined && score < 0) return;
  const place = at === undefined ? undefined : placeFor(at, colocation, primary);
  const work = dependent.allowed.copy();
  for (const node of state.nodes) {
    if (!work.has(node.index)) continue;
    if (at === undefined) work.add(node.index, -score, colocation.id);
    else if (samePlace(placeFor(node, colocation, dependent), place)) {
      // A requirement bans the other nodes; it is no preference for this one.
      if (score < INFINITY_SCORE) work.add(node.index, score, colocation.id);
    } else if (score >= INFINITY_SCORE) work.set(node.index, -INFINITY_SCORE, colocation.id);
  }
  if (Math.abs(score) >= INFINITY_SCORE || anyAvailable(state, work)) {
    dependent.allowed.assign(work, colocation.id);
  }
}

function applyToPriority(
  dependent: ResourceInstance,
  primary: ResourceInstance,
  colocation: Colocation,
): void {
  const at = primary.assignedTo;
  const own = locationOf(dependent);
  if (own === undefined) return;
  const { score, dependentRole, primaryRole } = colocation;
  const together =
    at !== undefined && samePlace(placeFor(at, colocation, primary), placeFor(own, colocation, dependent));
  if (!together) {
    if (score >= INFINITY_SCORE && dependentRole === Role.promoted) dependent.priority = -INFINITY_SCORE;
    return;
  }
  if (primaryRole !== Role.unknown && primaryRole !== actor(primary).nextRole) return;
  const added = dependentRole === Role.unpromoted ? -score : score;
  dependent.priority = addScores(dependent.priority, added);
  // A group's first member stands for it, and its actions go by that, too.
  const first = dependent.children[0];
  if (first !== undefined) first.priority = addScores(first.priority, added);
}

/**
 * Bans the dependent from nodes that match none of the given ones; optionally adds the scores found there. Where the
 * primary is against its wish (it is not managed), only its being there counts.
 */
export function intersectNodes(
  state: ClusterState,
  dependent: ResourceInstance,
  colocation: Colocation,
  nodes: readonly { readonly node: NodeInstance; readonly score: number }[],
  mergeScores: boolean,
): void {
  const places = new Map<string | undefined, number>();
  for (const { node, score } of nodes) {
    const place = placeFor(node, colocation, colocation.primary);
    if (!places.has(place)) places.set(place, score);
  }
  for (const node of state.nodes) {
    if (!dependent.allowed.has(node.index)) continue;
    const score = places.get(placeFor(node, colocation, dependent));
    if (score === undefined) dependent.allowed.set(node.index, -INFINITY_SCORE, colocation.id);
    else if (mergeScores && score > -INFINITY_SCORE) dependent.allowed.add(node.index, score, colocation.id);
  }
}
