import { compareByDependent, compareByPrimary } from '../internal-constraints/add-colocation.ts';
import type { Colocation } from '../state/constraints.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';

/*
 * Which colocations matter for a resource. Those of a clone or bundle matter for each instance. Those of a
 * group matter for its first managed member when the group is the dependent (the others follow that one), and
 * for its last member when the group is the primary (it is up only when its last member is). In the same way the
 * first member looks after what later members are placed with, and the last one after what is placed with earlier
 * members, as far as the configuration says so.
 */

/** Colocations in which this resource, or what it is part of, is the dependent. */
export function colocationsOf(resource: ResourceInstance): readonly Colocation[] {
  if (resource.parent === undefined) return resource.colocations;
  const list = [...resource.colocations];
  addParents(resource, list);
  return list.length > resource.colocations.length ? list.sort(compareByPrimary) : list;
}

function addParents(resource: ResourceInstance, list: Colocation[]): void {
  let child = resource;
  for (let parent = resource.parent; parent !== undefined; parent = parent.parent) {
    if (parent.isGroup) {
      if (!leadsGroup(parent, child)) return;
      addLaterMembers(parent, child, list);
    }
    if (parent.isBundle && !hasConstraintsOf(parent, child, resource)) return;
    for (const colocation of parent.colocations) list.push(colocation);
    child = parent;
  }
}

/** Where a later member belongs, the first one belongs, too: the others follow it. */
function addLaterMembers(group: ResourceInstance, first: ResourceInstance, list: Colocation[]): void {
  for (const member of group.children) {
    if (member === first) continue;
    for (const colocation of member.colocations) {
      if (!colocation.internal) list.push(colocation);
    }
  }
}

function leadsGroup(group: ResourceInstance, member: ResourceInstance): boolean {
  for (const other of group.children) {
    if (other === member) return true;
    if (other.managed) return false;
  }
  return false;
}

/** Colocations in which this resource, or what it is part of, is the primary and influenced by the dependent. */
export function colocationsWith(resource: ResourceInstance): readonly Colocation[] {
  const list = resource.colocatedWithThis.filter((colocation) => hasInfluence(colocation, resource));
  let child = resource;
  let added = false;
  for (let parent = resource.parent; parent !== undefined; parent = parent.parent) {
    if (parent.isGroup) {
      if (parent.children.at(-1) !== child) break;
      for (const member of parent.children) {
        if (member === child) continue;
        for (const colocation of member.colocatedWithThis) {
          if (colocation.internal || !hasInfluence(colocation, resource)) continue;
          list.push(colocation);
          added = true;
        }
      }
    }
    if (parent.isBundle && !hasConstraintsOf(parent, child, resource)) break;
    for (const colocation of parent.colocatedWithThis) {
      if (!hasInfluence(colocation, resource)) continue;
      list.push(colocation);
      added = true;
    }
    child = parent;
  }
  return added ? list.sort(compareByDependent) : list;
}

/**
 * Constraints of a bundle are about where its containers are. Once those have their nodes and the roles of what
 * is inside are being chosen, they are about those roles.
 */
function hasConstraintsOf(
  bundle: ResourceInstance,
  child: ResourceInstance,
  resource: ResourceInstance,
): boolean {
  const clone = bundle.bundle?.child;
  if (child !== clone) return bundle.bundle?.replicas.some(({ container }) => container === child) ?? false;
  if (!clone.promotable) return false;
  return resource === clone ? clone.clone?.choosingRoles === true : resource.assigned;
}

/**
 * Whether a dependent's preferences may move the primary: if `influence` says so, or the primary is not yet
 * active. A clean active container is not moved because of the connection to it.
 */
export function hasInfluence(
  colocation: Colocation,
  primary: ResourceInstance = colocation.primary,
): boolean {
  const { dependent } = colocation;
  if (
    dependent.allowRemoteRemotes &&
    dependent.isRemoteConnection &&
    !primary.failed &&
    primary.runningOn.length === 1
  ) {
    return false;
  }
  return colocation.influence || primary.runningOn.length === 0;
}
