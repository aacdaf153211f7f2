/**
 * Roles, in the order in which a resource climbs through them. Comparing numbers compares roles.
 *
 * Conventions of src/state (read this first)
 * - Everything here is the working state of ONE computation. `unpackCluster` builds it, the stages
 *   (node-criteria, internal-constraints, assign, actions, orderings, graph) change it in place, the
 *   printers read it. Nothing outlives the computation and nothing is shared between two of them.
 * - Nodes have a dense `index`; everything "per node" is an array by that index (see NodeTable).
 *   Nodes are complete after unpacking the resources: guest and remote nodes included.
 * - Scores are integers within +-1,000,000 (INFINITY_SCORE). Being *absent* from a NodeTable is not the
 *   same as -INFINITY: opt-in clusters and members of groups depend on the difference.
 * - A resource of any kind is a ResourceInstance. `kind` tells which of `clone`, `bundle` is set. `children`
 *   are group members, clone instances, or (bundle) the implicit resources replica by replica.
 * - `id` names the instance (`web:1`), `historyId` the name used in operation histories (`web`).
 * - Actions and orderings use bit flags (ActionFlag, OrderFlag), since they are compared before and after.
 * - Reading the state twice: `unpackCluster` alone is what a status display needs ("Current cluster
 *   status"); after `computeTransition` the same objects also hold the decisions (`assignedTo`,
 *   `nextRole`, `actions`).
 * - Creation order is meaning: lists keep it, ids count it. No iteration depends on hash or locale order.
 */
export const Role = { unknown: 0, stopped: 1, started: 2, unpromoted: 3, promoted: 4 } as const;

export type Role = (typeof Role)[keyof typeof Role];

const NAMES = ['Unknown', 'Stopped', 'Started', 'Unpromoted', 'Promoted'] as const;

/** The name printed in status and summaries: `Started`, `Promoted`, ... */
export function roleName(role: Role): string {
  return NAMES[role];
}

/** Reads a role; `Master` and `Slave` are the old names. Unknown texts give `Role.unknown`. */
export function parseRole(text: string | undefined): Role {
  switch (text?.toLowerCase()) {
    case 'stopped':
      return Role.stopped;
    case 'started':
      return Role.started;
    case 'unpromoted':
    case 'slave':
      return Role.unpromoted;
    case 'promoted':
    case 'master':
      return Role.promoted;
    default:
      return Role.unknown;
  }
}
