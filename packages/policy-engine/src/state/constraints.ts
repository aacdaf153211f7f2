import type { Discovery } from './node-table.ts';
import type { ResourceInstance } from './resource-instance.ts';
import type { Role } from './role.ts';

/** One location constraint, resolved: a score for each node it names. */
export interface Location {
  readonly id: string;
  readonly resource: ResourceInstance;
  /** Only for this role; `Role.unknown` means any. */
  readonly role: Role;
  readonly discovery: Discovery;
  /** Node index and score, in the order of the nodes. */
  readonly nodes: readonly { readonly index: number; readonly score: number }[];
}

/** `dependent` shall be placed with (score > 0) or away from (score < 0) `primary`. */
export interface Colocation {
  readonly id: string;
  readonly dependent: ResourceInstance;
  readonly primary: ResourceInstance;
  readonly dependentRole: Role;
  readonly primaryRole: Role;
  readonly score: number;
  /** Nodes with the same value of this attribute count as one place; undefined: the node itself. */
  readonly nodeAttribute: string | undefined;
  /** Whether the dependent's preferences may move an active primary. */
  readonly influence: boolean;
  /** Made by the engine itself (group members, bundles), not by the operator. */
  readonly internal: boolean;
}

export type LossPolicy = 'stop' | 'demote' | 'fence' | 'freeze';

export interface TicketDependency {
  readonly id: string;
  readonly resource: ResourceInstance;
  readonly ticket: Ticket;
  readonly role: Role;
  readonly lossPolicy: LossPolicy;
}

export interface Ticket {
  readonly id: string;
  /** The cluster has a state for it: it was granted or revoked at some time. */
  known: boolean;
  granted: boolean;
  standby: boolean;
  lastGranted: string | undefined;
  readonly attributes: Map<string, string>;
}
