import { addScores } from '@holdfast/model';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Location } from '../state/constraints.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { Discovery } from '../state/node-table.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';

/** Registers a location constraint; a node's own score is part of every score given for it. */
export function addLocation(
  state: ClusterState,
  init: {
    id: string;
    resource: ResourceInstance;
    nodes: readonly { node: NodeInstance; score: number }[];
    role?: Role;
    discovery?: Discovery;
  },
): Location {
  const location: Location = {
    id: init.id,
    resource: init.resource,
    role: init.role ?? Role.unknown,
    discovery: init.discovery ?? Discovery.always,
    nodes: init.nodes.map(({ node, score }) => ({
      index: node.index,
      // That nothing else may run inside a bundle says nothing about the roles there.
      score: node.bundleNode || node.baseScore === 0 ? score : addScores(score, node.baseScore),
    })),
  };
  // Also if its rule holds on no node: then the resource may be nowhere.
  if (location.discovery === Discovery.exclusive) init.resource.exclusiveDiscovery = true;
  state.locations.push(location);
  init.resource.locations.push(location);
  return location;
}

/**
 * Adds to a resource's score on one node at once (not as a constraint): failures, stickiness, unmanaged
 * resources, defaults. Everything inside the resource gets the same.
 */
export function adjustScore(
  resource: ResourceInstance,
  node: NodeInstance,
  score: number,
  source: string,
): void {
  for (const child of resource.children) adjustScore(child, node, score, source);
  const { allowed } = resource;
  const { index } = node;
  if (!allowed.has(index)) allowed.set(index, node.baseScore, 'node-score');
  allowed.add(index, score, source);
}

/** The same adjustment on every node. */
export function adjustScoreEverywhere(
  state: ClusterState,
  resource: ResourceInstance,
  score: number,
  source: string,
): void {
  for (const node of state.nodes) adjustScore(resource, node, score, source);
}

/**
 * Applies a location to a resource. Rule: scores add up; a node that was not known yet is added. The location
 * of a group is its first member's, the others only learn the nodes; of a clone it is every instance's.
 */
export function applyLocation(resource: ResourceInstance, location: Location): void {
  applyTo(resource, location, location.nodes);
}

function applyTo(resource: ResourceInstance, location: Location, nodes: Location['nodes']): void {
  switch (resource.kind) {
    case 'primitive':
      applyHere(resource, location, nodes);
      return;
    case 'group': {
      applyHere(resource, location, nodes);
      let given = nodes;
      for (const member of resource.children) {
        applyTo(member, location, given);
        if (given === nodes) given = nodes.map(({ index }) => ({ index, score: 0 }));
      }
      return;
    }
    case 'clone':
      applyHere(resource, location, nodes);
      for (const instance of resource.children) applyTo(instance, location, nodes);
      return;
    case 'bundle':
      applyToBundle(resource, location, nodes);
  }
}

/** A bundle's location is its containers'; one with a role is meant for the resource inside. */
function applyToBundle(bundle: ResourceInstance, location: Location, nodes: Location['nodes']): void {
  applyHere(bundle, location, nodes);
  for (const replica of bundle.bundle?.replicas ?? []) {
    if (replica.container) applyTo(replica.container, location, nodes);
    if (replica.ip) applyTo(replica.ip, location, nodes);
  }
  const child = bundle.bundle?.child;
  if (child && location.role === Role.promoted) {
    applyTo(child, location, nodes);
    child.locations.push(location);
  }
}

function applyHere(resource: ResourceInstance, location: Location, nodes: Location['nodes']): void {
  // Exclusive discovery holds whatever the role: nodes that a location with a role names are not among its nodes.
  if (location.discovery === Discovery.exclusive) resource.exclusiveDiscovery = true;
  // At this stage next roles are only known from target-role, so role locations wait for promotion.
  if (location.role > Role.unknown && location.role !== resource.nextRole) return;
  const table = resource.allowed;
  for (const { index, score } of nodes) {
    if (table.has(index)) table.add(index, score, location.id);
    else table.set(index, score, location.id);
    if ((table.discovery[index] as number) < location.discovery) table.discovery[index] = location.discovery;
  }
}
