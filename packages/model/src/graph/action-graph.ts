/** What kind of element an action is in the graph: `rsc_op`, `crm_event` or `pseudo_event`. */
export type GraphActionKind = 'resource' | 'cluster' | 'pseudo';

/** One action of the graph. */
export interface GraphAction {
  /** Unique within the graph. */
  readonly id: number;
  readonly kind: GraphActionKind;
  /** `start`, `stop`, `monitor`, `promote`, `demote`, `notify`, `cancel`, `delete`, `migrate_to`, `migrate_from`, `reload-agent`, `stonith`, `clear_failcount`, `do_shutdown`, `lrm_delete`, or a pseudo operation. */
  readonly operation: string;
  readonly operationKey: string;
  readonly internalOperationKey?: string;
  readonly onNode?: string;
  readonly onNodeUuid?: string;
  readonly routerNode?: string;
  /** `cib` for a history deletion that needs no executor. */
  readonly mode?: string;
  readonly resource?: {
    readonly id: string;
    readonly longId?: string;
    readonly class: string;
    readonly provider?: string;
    readonly type: string;
  };
  /** Parameters for the agent plus `CRM_meta_*`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Epoch second since which the resource is locked to its node (`shutdown-lock`). */
  readonly shutdownLock?: string;
  /** For `maintenance_nodes`: ids of the nodes, and whether they enter (`1`) or leave (`0`) maintenance. */
  readonly maintenance?: readonly { readonly id: string; readonly inMaintenance: string }[];
  /** Ids of nodes that will be gone after the action. */
  readonly downed: readonly string[];
}

/** One action together with the actions that must be complete before it. */
export interface Synapse {
  readonly id: number;
  /** Absent means 0. */
  readonly priority?: number;
  readonly action: GraphAction;
  /** Ids of actions that must be complete first. */
  readonly inputs: readonly number[];
}

/** The transition graph: what to do, in which order. A directed acyclic graph. */
export interface ActionGraph {
  /** cluster-delay, fencing-timeout, failed-stop-offset, failed-start-offset, batch-limit, migration-limit, ... */
  readonly header: Readonly<Record<string, string>>;
  readonly synapses: readonly Synapse[];
}
