import type { ConfiguredNode, NodeState } from '@holdfast/model';
import type { Action } from './action.ts';
import type { ResourceInstance } from './resource-instance.ts';

/** `cluster`: a full member; `remote`: reached through a connection resource (guests included). */
export type NodeKind = 'cluster' | 'remote';

/** One node as the computation sees it. */
export class NodeInstance {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly kind: NodeKind;
  readonly configured: ConfiguredNode | undefined;
  /** Known by the history of a removed connection only, so not there yet when resources are read. */
  readonly late: boolean;
  /** The `node_state` it was read from. */
  status: NodeState | undefined = undefined;
  /** Permanent and transient attributes, transient ones winning. */
  readonly attributes = new Map<string, string>();
  /** Names among them that tell of failures, and of how many attributes they were taken; see unpack/fail-counts. */
  failureNames: ReadonlyMap<string, readonly string[]> | undefined = undefined;
  failureNamesOf = 0;
  readonly utilization = new Map<string, number>();
  /** Capacity not yet taken by resources assigned so far. */
  readonly capacityLeft = new Map<string, number>();

  online = false;
  unclean = false;
  /** Never seen by the cluster (no `node_state`). */
  unseen = true;
  pending = false;
  standby = false;
  /** Standby because an operation with on-fail=standby failed. */
  standbyOnFail = false;
  maintenance = false;
  shutdown = false;
  expectedUp = false;
  isDc = false;
  /** The status section of a remote node has been processed. */
  unpacked = false;
  remoteRequiresReset = false;
  remoteWasFenced = false;
  remoteMaintenance = false;
  /** Nothing may be discovered (probed) here. */
  discoveryEnabled = true;
  /** Score of the node for everything by the health strategy; 0 when healthy. */
  health = 0;
  /** Replica of a bundle: only the resource inside runs here. */
  bundleNode = false;
  /** Its replica has been read, so nothing else takes it for a place to run. */
  replicaRead = false;
  /** Added to every resource's score here (`node score=`). */
  baseScore = 0;
  /** Fencing priority: sum of the priorities of what runs here. */
  priority = 0;

  /** Connection resource of a remote or guest node. */
  connection: ResourceInstance | undefined = undefined;
  /** Everything known active here, in the order of the histories. */
  readonly running: ResourceInstance[] = [];
  /** Everything assigned here, newest first. */
  assigned: ResourceInstance[] = [];
  /** Number of primitives assigned here (the tie-break "fewest"). */
  assignedCount = 0;
  /** Fencing operation, once one is wanted. */
  fenceAction: Action | undefined = undefined;
  fenceReason: string | undefined = undefined;

  constructor(init: {
    index: number;
    id: string;
    name: string;
    kind: NodeKind;
    configured?: ConfiguredNode | undefined;
    late?: boolean;
  }) {
    this.index = init.index;
    this.id = init.id;
    this.name = init.name;
    this.kind = init.kind;
    this.configured = init.configured;
    this.late = init.late ?? false;
  }

  get isRemoteKind(): boolean {
    return this.kind === 'remote';
  }

  /** A guest node lives in a container or virtual machine that the cluster runs itself. */
  get isGuest(): boolean {
    return this.kind === 'remote' && this.connection?.launcher !== undefined;
  }

  /** A remote node that is no guest. */
  get isRemote(): boolean {
    return this.kind === 'remote' && this.connection?.launcher === undefined;
  }
}
