import type { AttributeBlock } from '../configuration/attributes.ts';
import type { OperationRecord } from './operation-record.ts';

/** History of one resource on one node (`lrm_resource`). */
export interface ResourceHistory {
  readonly id: string;
  readonly class: string;
  readonly provider?: string;
  readonly type: string;
  readonly container?: string;
  readonly operations: readonly OperationRecord[];
  readonly extra?: Readonly<Record<string, string>>;
}

/** State of one node as the cluster sees it (`node_state`). Fields hold the CIB's texts. */
export interface NodeState {
  readonly id: string;
  readonly name: string;
  /** In the membership: `true`, `false` or the epoch second of joining. */
  readonly inCcm?: string;
  /** Controller is reachable: `online`, `offline` or an epoch second. */
  readonly crmd?: string;
  /** `down`, `pending`, `member`, `banned`. */
  readonly join?: string;
  readonly expected?: string;
  readonly remoteNode?: boolean;
  readonly nodeFenced?: string;
  readonly transientAttributes: readonly AttributeBlock[];
  readonly transientUtilization?: readonly AttributeBlock[];
  readonly resources: readonly ResourceHistory[];
  /** True when the node_state has an `lrm` element at all. */
  readonly hasHistory?: boolean;
  readonly extra?: Readonly<Record<string, string>>;
}

/** What is known of a ticket (`ticket_state`). */
export interface TicketState {
  readonly id: string;
  readonly granted?: string;
  readonly standby?: string;
  readonly lastGranted?: string;
  readonly extra?: Readonly<Record<string, string>>;
}

/** What the cluster knows of its nodes and tickets (`status`). */
export interface ClusterStatus {
  readonly nodes: readonly NodeState[];
  readonly tickets: readonly TicketState[];
}
