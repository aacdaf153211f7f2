import type { ClusterInformation, OperationRecord, Tag } from '@holdfast/model';
import type { UnpackContext } from '../unpack/unpack-context.ts';
import type { Action, ChangeClock } from './action.ts';
import type { ClusterOptions } from './cluster-options.ts';
import type { Colocation, Location, Ticket } from './constraints.ts';
import type { NodeInstance } from './node-instance.ts';
import type { Ordering } from './ordering.ts';
import type { ResourceInstance } from './resource-instance.ts';

/** One line of the score output. */
export interface ScoreLine {
  /** `pcmk__primitive_assign`, ...; `promotion` for promotion scores. */
  readonly phase: string;
  readonly resource: string;
  /** Absent: `(inactive)`. */
  readonly node: string | undefined;
  readonly score: number;
}

/** What a resource takes of the capacities of the node it was assigned to. */
export interface UtilizationLine {
  readonly resource: string;
  readonly node: string;
  readonly amounts: ReadonlyMap<string, number>;
}

/** Scores of one resource on all its nodes at one point of the placement. */
export interface ScoreTable {
  readonly phase: string;
  readonly resource: string;
  readonly scores: Int32Array;
  readonly present: Uint8Array;
  /** Promotion scores have no table but one node (or none) and a score. */
  readonly single?: { readonly node: string | undefined; readonly score: number };
  /** Not scores, but what was taken by the assignment that followed. */
  readonly taken?: UtilizationLine;
}

export interface FailedOperation {
  readonly resource: ResourceInstance;
  readonly node: NodeInstance;
  readonly record: OperationRecord;
}

/** Everything known and decided about the cluster in one computation. */
export class ClusterState {
  readonly input: ClusterInformation;
  readonly options: ClusterOptions;
  /** Epoch seconds. */
  readonly nowSeconds: number;
  readonly quorate: boolean;
  /** Tables made while reading the input: references, rule context, histories. */
  context!: UnpackContext;
  readonly nodes: NodeInstance[] = [];
  readonly nodesById = new Map<string, NodeInstance>();
  readonly nodesByName = new Map<string, NodeInstance>();
  dc: NodeInstance | undefined = undefined;
  /** Top-level resources in the order of the configuration, removed ones at the end. */
  readonly resources: ResourceInstance[] = [];
  /** Every instance that exists, by its id and history id. */
  readonly allResources: ResourceInstance[] = [];
  readonly tags = new Map<string, Tag>();
  readonly templates = new Map<string, string[]>();
  readonly tickets = new Map<string, Ticket>();
  readonly locations: Location[] = [];
  readonly colocations: Colocation[] = [];
  readonly orderings: Ordering[] = [];
  /** All actions in creation order; ids start at 1. */
  readonly actions: Action[] = [];
  /** Cluster-wide actions (no resource) by key. */
  readonly clusterActions = new Map<string, Action[]>();
  /** Resources of fence devices exist. */
  haveFenceDevice = false;
  haveUnfencing = false;
  haveRemoteNodes = false;
  haveBundleNodes = false;
  /** Problems of the input, in the order found. */
  readonly warnings: string[] = [];
  /** Whether it is noted what makes up the scores. */
  readonly explained: boolean;
  /** Whether scores are kept for output. */
  recordScores = true;
  readonly scoreTables: ScoreTable[] = [];
  /** Failures found in the histories, in the order read. */
  readonly failedOperations: FailedOperation[] = [];
  /** Recorded operations to be compared with the configuration after the placement. */
  readonly deferredChecks: FailedOperation[] = [];
  /** Last failures of connections into replicas, forgotten if they turn out to have had other parameters. */
  readonly deferredFailures: FailedOperation[] = [];
  /** Results of recurring operations that failed and are forgotten by now: the operations are to run again. */
  readonly expiredRecurring = new Set<OperationRecord>();
  /** Earliest epoch second at which a rule, timeout or lock changes the outcome; 0: none. */
  recheckBySeconds = 0;
  blockedResources = 0;
  disabledResources = 0;
  /** Fencing is impossible or pointless now; set while reading the status. */
  fencingPending = false;
  /** Colocations being followed while scores are merged, and how many were since that began. */
  mergeDepth = 0;
  merges = 0;
  /** Colocations looked at while scores were merged since the computation began. */
  colocationsFollowed = 0;
  /** Changes of the flags of actions so far. */
  readonly changes: ChangeClock = { now: 0 };
  /** Orderings put into effect, and parts of collections looked at for that: how much work resolving them was. */
  orderingSteps = 0;
  /** Resources and pairs related by constraints so far; bounded. */
  constrainedPairs = 0;
  orderId = 1;
  actionId = 1;
  walk = 1;

  constructor(init: {
    input: ClusterInformation;
    options: ClusterOptions;
    nowSeconds: number;
    quorate: boolean;
    explained?: boolean | undefined;
  }) {
    this.input = init.input;
    this.options = init.options;
    this.nowSeconds = init.nowSeconds;
    this.quorate = init.quorate;
    this.explained = init.explained ?? false;
  }

  /** Notes the epoch second at which something changes by time alone. */
  recheckBy(seconds: number): void {
    if (seconds > this.nowSeconds && (this.recheckBySeconds === 0 || seconds < this.recheckBySeconds)) {
      this.recheckBySeconds = seconds;
    }
  }
}
