import { addScores, INFINITY_SCORE } from '@holdfast/model';
import { adjustScoreEverywhere } from '../node-criteria/locations.ts';
import { isAvailable, isGuestHosted } from '../node-criteria/node-available.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Colocation, Location } from '../state/constraints.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { setNextRole } from '../unpack/histories.ts';
import { locationOf } from './clone-colocation.ts';
import { applyColocation } from './colocation.ts';
import { colocationsOf, colocationsWith, hasInfluence } from './colocation-lists.ts';
import { type MergeOptions, mergeScores } from './colocation-scores.ts';
import { instanceComparison } from './instance-order.ts';
import { resetCounts } from './instances.ts';
import { promotionScore } from './promotion-score.ts';

/*
 * Which instances of a promotable clone are promoted.
 *
 * Rule: an instance's promotion priority is its promotion score (a node attribute that the agent sets; -1 if
 * there is none), plus the scores of locations with the promoted role, plus colocations that name a role.
 * Instances are sorted by it (then by current role, then as for placement), after adding what colocated
 * resources think of the nodes: what the promoted role must be with (an optional colocation has counted already),
 * and what is placed with the promoted role. The first ones that are allowed are promoted, up to promoted-max and
 * promoted-node-max. A negative priority is never promoted.
 */

/**
 * Lets promotion scores count for placement: instances go where they can be promoted. Negative ones say that an
 * instance must not be promoted there, which is no reason against running it there.
 */
export function addPromotionScores(state: ClusterState, clone: ResourceInstance): void {
  if (clone.clone === undefined || clone.clone.colocationsMerged) return;
  clone.clone.colocationsMerged = true;
  for (const instance of clone.children) {
    for (const node of state.nodes) {
      const { allowed } = instance;
      if (!allowed.has(node.index) || !isAvailable(node)) continue;
      const { score } = promotionScore(instance, node);
      if (score > 0) {
        allowed.add(node.index, score, 'promotion score');
      }
      if (score > Math.max(instance.priority, 0)) instance.priority = score;
    }
  }
}

/** Chooses the role of every instance that has a node. */
export function chooseRoles(state: ClusterState, clone: ResourceInstance): void {
  resetCounts(state, clone);
  for (const instance of clone.children) countAsUnpromoted(instance);
  for (const instance of clone.children) setPriority(state, clone, instance);
  sortByPromotion(state, clone);
  const options = clone.clone;
  if (options === undefined) return;
  options.promotedCount = 0;
  for (const instance of clone.children) {
    recordPromotionScore(state, instance);
    const node = promotes(state, clone, instance) ? nodeForPromotion(clone, instance) : undefined;
    if (node === undefined) {
      setRoles(instance, Role.unpromoted, 'unpromoted instance');
      continue;
    }
    const { counts } = clone.allowed;
    counts[node.index] = (counts[node.index] as number) + 1;
    setRoles(instance, Role.promoted, 'promoted instance');
    options.promotedCount++;
  }
}

/** What was started and not promoted is unpromoted from now on. */
function countAsUnpromoted(instance: ResourceInstance): void {
  for (const child of instance.children) countAsUnpromoted(child);
  if (instance.role === Role.started) instance.role = Role.unpromoted;
}

function recordPromotionScore(state: ClusterState, instance: ResourceInstance): void {
  if (!state.recordScores) return;
  const node = locationOf(instance)?.name;
  const { scores, present } = instance.allowed;
  state.scoreTables.push({
    phase: 'promotion',
    resource: instance.id,
    scores,
    present,
    single: { node, score: instance.sortIndex },
  });
}

function promotes(state: ClusterState, clone: ResourceInstance, instance: ResourceInstance): boolean {
  if (instance.sortIndex < 0) return false;
  const options = clone.clone;
  if (options === undefined) return false;
  if (options.promotedCount >= options.promotedMax && clone.managed) return false;
  // Without quorum nothing new is promoted if the policy is to freeze.
  return !(instance.role < Role.promoted && !state.quorate && state.options.noQuorumPolicy === 'freeze');
}

function setRoles(instance: ResourceInstance, role: Role, reason: string): void {
  // What has no node is stopped, also if it is wanted unpromoted.
  const nowhere = instance.isPrimitive && instance.assignedTo === undefined;
  // Also what is unmanaged and promoted, if its group as a whole cannot be: it counts as unpromoted from now on.
  const open = nowhere || instance.nextRole !== Role.unpromoted;
  const next = nowhere ? Role.stopped : role;
  if (open && instance.nextRole !== Role.stopped && instance.nextRole !== next) {
    setNextRole(instance, next, reason);
  }
  for (const child of instance.children) setRoles(child, role, reason);
}

/** The role an instance will have: of a group the highest of its members. */
export function nextRoleOf(instance: ResourceInstance): Role {
  if (instance.isPrimitive) return instance.nextRole;
  let role: Role = Role.unknown;
  for (const child of instance.children) {
    const next = nextRoleOf(child);
    if (next > role) role = next;
  }
  return role;
}

/** The role an instance has now. */
export function currentRoleOf(instance: ResourceInstance): Role {
  if (instance.isPrimitive) return instance.role;
  let role: Role = Role.unknown;
  for (const child of instance.children) {
    const current = currentRoleOf(child);
    if (current > role) role = current;
  }
  return role;
}

function nodeForPromotion(clone: ResourceInstance, instance: ResourceInstance): NodeInstance | undefined {
  for (const child of instance.children) {
    if (nodeForPromotion(clone, child) === undefined) return undefined;
  }
  const node = locationOf(instance);
  if (node === undefined) return undefined;
  if (!instance.managed) {
    if (currentRoleOf(instance) !== Role.promoted) return undefined;
  } else if (instance.priority < 0) {
    return undefined;
  } else if (!isAvailable(node) || !isGuestHosted(node)) {
    return undefined;
  }
  const { allowed } = clone;
  if (!allowed.has(node.index)) return undefined;
  const full = (allowed.counts[node.index] as number) >= (clone.clone?.promotedNodeMax ?? 1);
  return full && instance.managed ? undefined : node;
}

function setPriority(state: ClusterState, clone: ResourceInstance, instance: ResourceInstance): void {
  const chosen = locationOf(instance);
  if (chosen !== undefined) judgePromotion(state, clone, instance, chosen);
  // Also what lost its node because the other clone has no instance for it there.
  if (locationOf(instance) !== undefined) return;
  instance.priority = -INFINITY_SCORE;
  instance.sortIndex = -INFINITY_SCORE;
}

function judgePromotion(
  state: ClusterState,
  clone: ResourceInstance,
  instance: ResourceInstance,
  chosen: NodeInstance,
): void {
  const next = nextRoleOf(instance);
  if (next === Role.started || next === Role.unknown) {
    const { score, isDefault } = promotionScore(instance, chosen);
    instance.priority = isDefault ? -1 : score;
  } else if (next === Role.unpromoted || next === Role.stopped) {
    instance.priority = -INFINITY_SCORE;
  }
  addPromotedLocations(instance, instance.locations, chosen);
  if (instance.locations !== clone.locations) addPromotedLocations(instance, clone.locations, chosen);
  for (const colocation of colocationsOf(instance)) {
    applyColocation(state, instance, colocation.primary, colocation);
  }
  instance.sortIndex = next === Role.promoted ? INFINITY_SCORE : instance.priority;
}

function addPromotedLocations(
  instance: ResourceInstance,
  locations: readonly Location[],
  chosen: NodeInstance,
): void {
  for (const location of locations) {
    if (location.role !== Role.promoted) continue;
    const entry = location.nodes.find(({ index }) => index === chosen.index);
    if (entry !== undefined) instance.priority = addScores(instance.priority, entry.score);
  }
}

function sortByPromotion(state: ClusterState, clone: ResourceInstance): void {
  clone.merging = true;
  if (clone.clone !== undefined) clone.clone.choosingRoles = true;
  for (const instance of clone.children) {
    const chosen = locationOf(instance);
    if (instance.sortIndex < 0 || chosen === undefined || !clone.allowed.has(chosen.index)) continue;
    clone.allowed.add(chosen.index, instance.sortIndex);
  }
  for (const colocation of colocationsOf(clone)) mergeAsDependent(state, clone, colocation);
  for (const colocation of colocationsWith(clone)) mergeAsPrimary(state, clone, colocation);
  requirePromotionTickets(state, clone);
  clone.merging = false;
  for (const instance of clone.children) {
    const chosen = locationOf(instance);
    if (!instance.managed && nextRoleOf(instance) === Role.promoted) instance.sortIndex = INFINITY_SCORE;
    else if (chosen !== undefined && instance.sortIndex >= 0 && clone.allowed.has(chosen.index)) {
      instance.sortIndex = clone.allowed.score(chosen.index);
    }
  }
  const compare = instanceComparison(state);
  clone.children.sort(
    (a, b) => b.sortIndex - a.sortIndex || currentRoleOf(b) - currentRoleOf(a) || compare(a, b),
  );
}

function mergeAsDependent(state: ClusterState, clone: ResourceInstance, colocation: Colocation): void {
  if (colocation.dependentRole !== Role.promoted || colocation.score < INFINITY_SCORE) return;
  merge(state, clone, colocation, colocation.primary, { own: true });
}

function mergeAsPrimary(state: ClusterState, clone: ResourceInstance, colocation: Colocation): void {
  if (colocation.primaryRole !== Role.promoted || !hasInfluence(colocation)) return;
  merge(state, clone, colocation, colocation.dependent, { active: true, nonNegative: true });
}

function merge(
  state: ClusterState,
  clone: ResourceInstance,
  colocation: Colocation,
  source: ResourceInstance,
  options: MergeOptions,
): void {
  const table = mergeScores(state, {
    source,
    target: clone,
    table: clone.allowed,
    colocation,
    factor: colocation.score / INFINITY_SCORE,
    options,
  });
  if (table !== undefined && table !== clone.allowed) {
    clone.allowed.scores.set(table.scores);
  }
}

/** Without its ticket nothing is promoted. */
function requirePromotionTickets(state: ClusterState, clone: ResourceInstance): void {
  for (const dependency of clone.tickets) {
    if (dependency.role !== Role.promoted) continue;
    if (!dependency.ticket.granted || dependency.ticket.standby) {
      adjustScoreEverywhere(state, clone, -INFINITY_SCORE, dependency.id);
    }
  }
}
