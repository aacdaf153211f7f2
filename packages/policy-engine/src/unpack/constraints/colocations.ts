import type { ColocationConstraint, ResourceSet } from '@holdfast/model';
import { addColocation } from '../../internal-constraints/add-colocation.ts';
import { orderAntiColocated } from '../../internal-constraints/anti-colocation.ts';
import type { ClusterState } from '../../state/cluster-state.ts';
import type { Colocation } from '../../state/constraints.ts';
import type { ResourceInstance } from '../../state/resource-instance.ts';
import { parseRole, Role } from '../../state/role.ts';
import { booleanOr, isTrue, scoreOr } from '../option-values.ts';
import { countPairs } from './count-pairs.ts';
import type { ConstraintResources } from './find-resource.ts';

interface Side {
  readonly resources: readonly ResourceInstance[];
  readonly role: Role;
  readonly sequential: boolean;
}

/** Reads one colocation constraint: two resources (or tags), or resource sets. */
export function unpackColocation(
  state: ClusterState,
  resources: ConstraintResources,
  constraint: ColocationConstraint,
): void {
  const score = scoreOr(constraint.score, 0);
  if (constraint.sets.length > 0) {
    unpackSets(state, resources, constraint, score);
    return;
  }
  const { resource: dependentId, withResource: primaryId } = constraint;
  if (dependentId === undefined || primaryId === undefined) return;
  const dependent: Side = {
    resources: resources.inSet([dependentId]),
    role: colocationRole(constraint.role),
    sequential: resources.listed(dependentId) === undefined,
  };
  const primary: Side = {
    resources: resources.inSet([primaryId]),
    role: colocationRole(constraint.withRole),
    sequential: resources.listed(primaryId) === undefined,
  };
  if (dependent.resources.length === 0 || primary.resources.length === 0) {
    const missing = dependent.resources.length === 0 ? dependentId : primaryId;
    state.warnings.push(`Ignoring constraint '${constraint.id}' because '${missing}' does not exist`);
    return;
  }
  if (!dependent.sequential && !primary.sequential) {
    // Which of the one should go with which of the other is not said.
    state.warnings.push(
      `Ignoring constraint '${constraint.id}' because two templates or tags cannot be colocated`,
    );
    return;
  }
  connect(state, constraint, dependent, primary, score);
}

/** `Started` is no restriction. */
function colocationRole(text: string | undefined): Role {
  const role = parseRole(text);
  return role === Role.started ? Role.unknown : role;
}

function influenceOf(constraint: ColocationConstraint, dependent: ResourceInstance): boolean {
  return booleanOr(constraint.influence, dependent.critical);
}

/**
 * Sets: within a sequential set each member is placed with the one before it (or, for negative scores, away
 * from all before it); each set is placed with the one after it.
 */
function unpackSets(
  state: ClusterState,
  resources: ConstraintResources,
  constraint: ColocationConstraint,
  score: number,
): void {
  let last: Side | undefined;
  for (const written of constraint.sets) {
    const set = state.context.references.set(written);
    if (set === undefined) continue;
    const side = sideOf(resources, set);
    const own = scoreOr(set.attributes.score, score);
    // "listed" turns the chain around: each member is placed with the one after it.
    const listed = own > 0 && (set.attributes.ordering ?? 'group') !== 'group';
    const chain = listed ? { ...side, resources: [...side.resources].reverse() } : side;
    if (side.sequential) unpackSequential(state, constraint, chain, own);
    if (last !== undefined && score !== 0) connect(state, constraint, last, side, score);
    last = side;
  }
}

function sideOf(resources: ConstraintResources, set: ResourceSet): Side {
  const { role, sequential } = set.attributes;
  return {
    resources: resources.inSet(set.members),
    role: colocationRole(role),
    sequential: sequential === undefined || isTrue(sequential),
  };
}

function unpackSequential(
  state: ClusterState,
  constraint: ColocationConstraint,
  side: Side,
  score: number,
): void {
  if (score === 0) return;
  const { length } = side.resources;
  countPairs(state, constraint.id, score > 0 ? length : (length * length) / 2);
  side.resources.forEach((dependent, position) => {
    const earlier = side.resources.slice(score > 0 ? Math.max(0, position - 1) : 0, position);
    for (const primary of earlier) {
      add(state, constraint, { dependent, primary, dependentRole: side.role, primaryRole: side.role, score });
    }
  });
}

function connect(
  state: ClusterState,
  constraint: ColocationConstraint,
  dependent: Side,
  primary: Side,
  score: number,
): void {
  const dependents = dependent.sequential ? dependent.resources.slice(0, 1) : dependent.resources;
  const primaries = primary.sequential ? primary.resources.slice(-1) : primary.resources;
  countPairs(state, constraint.id, dependents.length * primaries.length);
  for (const one of dependents) {
    for (const other of primaries) {
      add(state, constraint, {
        dependent: one,
        primary: other,
        dependentRole: dependent.role,
        primaryRole: primary.role,
        score,
      });
    }
  }
}

function add(
  state: ClusterState,
  constraint: ColocationConstraint,
  init: {
    dependent: ResourceInstance;
    primary: ResourceInstance;
    dependentRole: Role;
    primaryRole: Role;
    score: number;
  },
): void {
  const colocation: Colocation = {
    id: constraint.id,
    ...init,
    nodeAttribute: constraint.nodeAttribute,
    influence: influenceOf(constraint, init.dependent),
    internal: false,
  };
  addColocation(state, colocation);
  orderAntiColocated(state, colocation);
}
