import type { Resource } from '@holdfast/model';
import type { Action } from './action.ts';
import type { BundleState, ReplicaState } from './bundle-state.ts';
import type { CloneState } from './clone-state.ts';
import type { Colocation, Location, TicketDependency } from './constraints.ts';
import type { NodeInstance } from './node-instance.ts';
import { NodeSet } from './node-set.ts';
import { NodeTable } from './node-table.ts';
import type { OperationConfig } from './operation-config.ts';
import type { PartCache } from './part-cache.ts';
import { Role } from './role.ts';

export type ResourceKind = 'primitive' | 'group' | 'clone' | 'bundle';
export type MultipleActive = 'stop_start' | 'stop_only' | 'block' | 'stop_unexpected';

/** A resource of any kind, or one instance of a cloned one. See role.ts for the conventions. */
export class ResourceInstance {
  readonly index: number;
  readonly kind: ResourceKind;
  /** Instance name (`web:1`); equal to the configured id outside clones. May be renumbered while histories are read. */
  id: string;
  /** Name in histories and operation keys of anonymous instances (`web`). */
  historyId: string;
  /** A history of an anonymous instance was found, so `historyId` is the name nodes know it by. */
  historyKnown = false;
  readonly configured: Resource;
  readonly parent: ResourceInstance | undefined;
  children: ResourceInstance[] = [];

  /** Agent: class, provider, type; empty for collections. */
  standard = '';
  provider: string | undefined = undefined;
  agent = '';

  clone: CloneState | undefined = undefined;
  bundle: BundleState | undefined = undefined;
  /** Set on the implicit resources of a bundle: the replica they belong to. */
  replica: ReplicaState | undefined = undefined;

  // ---- what the configuration says
  /** Meta attributes after rules, defaults and inheritance. */
  meta = new Map<string, string>();
  operations: OperationConfig[] = [];
  /** Meta attributes of its operations, as far as they were asked for. */
  readonly operationMetas: {
    readonly task: string;
    readonly intervalMs: number;
    readonly config: OperationConfig | undefined;
    readonly meta: Map<string, string>;
  }[] = [];
  /** The last such meta attributes together with what an action had of its own. */
  joinedMeta:
    | {
        readonly meta: ReadonlyMap<string, string>;
        readonly own: ReadonlyMap<string, string>;
        readonly joined: ReadonlyMap<string, string>;
      }
    | undefined = undefined;
  readonly utilization = new Map<string, number>();
  /** Parameters by node index (-1: no node, or they are the same on all), evaluated on first use. */
  readonly parameters = new Map<number, Map<string, string>>();
  /** Rules decide about its parameters, so that they may differ from node to node; undefined: not known yet. */
  parametersVary: boolean | undefined = undefined;
  priority = 0;
  stickiness = 0;
  /** INFINITY: never; 0: off. */
  migrationThreshold = 1_000_000;
  failureTimeoutMs = 0;
  /** Delay before reconnecting to a remote node after a failure. */
  remoteReconnectMs = 0;
  multipleActive: MultipleActive = 'stop_start';
  managed = true;
  maintenance = false;
  critical = true;
  notify = false;
  /** Instances differ from one another (globally-unique). */
  unique = false;
  promotable = false;
  /** An instance goes with, and waits for, only the instance of another clone or bundle on its node. */
  interleave = false;
  allowMigrate = false;
  fenceDevice = false;
  needs: 'nothing' | 'quorum' | 'fencing' | 'unfencing' = 'nothing';
  /** Not in the configuration any more, known by its history only. */
  removed = false;
  /** A leftover container filler of a removed bundle or guest. */
  removedFiller = false;
  /** Connection to a remote or guest node: the node. */
  remoteNode: NodeInstance | undefined = undefined;
  isRemoteConnection = false;
  /** The container, VM or host resource this one lives in. */
  launcher: ResourceInstance | undefined = undefined;
  /** Resources that live in this one. */
  launched: ResourceInstance[] = [];
  /** Started although its container has not been probed (connection inside a bundle). */
  allowRemoteRemotes = false;

  // ---- what the history says
  role: Role = Role.stopped;
  readonly runningOn: NodeInstance[] = [];
  /** Nodes whose history says what state it is in there. */
  readonly knownOn: NodeSet;
  failed = false;
  blocked = false;
  /** Failures are ignored (on-fail=ignore). */
  ignoreFailure = false;
  /** To be stopped by a failure (on-fail=stop). */
  stopByFailure = false;
  /** Name of the operation in progress, for the status display. */
  pendingTask: string | undefined = undefined;
  pendingNode: NodeInstance | undefined = undefined;
  startPending = false;
  danglingMigrations: NodeInstance[] = [];
  partialMigrationSource: NodeInstance | undefined = undefined;
  partialMigrationTarget: NodeInstance | undefined = undefined;
  /** Locked to this node while it is down for maintenance. */
  lockNode: NodeInstance | undefined = undefined;
  lockTimeSeconds = 0;
  /** multiple-active=stop_unexpected and it is active more than once. */
  stopUnexpected = false;
  /** Active on more than one node and to be stopped everywhere. */
  multiplyActive = false;

  // ---- constraints
  readonly allowed: NodeTable;
  readonly locations: Location[] = [];
  /** Colocations in which this is the dependent, or the primary. */
  readonly colocations: Colocation[] = [];
  readonly colocatedWithThis: Colocation[] = [];
  readonly tickets: TicketDependency[] = [];
  exclusiveDiscovery = false;

  // ---- decisions
  nextRole: Role = Role.unknown;
  nextRoleReason: string | undefined = undefined;
  assigned = false;
  assigning = false;
  merging = false;
  assignedTo: NodeInstance | undefined = undefined;
  /** A restart is under way for this resource (used while updating orderings). */
  restarting = false;
  /** Role to bring it to by demoting on failure. */
  promotionScore = -1;
  restartByDefinition = false;
  reload = false;
  sortIndex = 0;
  /** When flags of an action of this resource, or of one in it, changed last. */
  changedAt = 0;
  /** Of a collection: see there. */
  partCache: PartCache | undefined = undefined;
  /** All actions of this resource, in creation order. */
  readonly actions: Action[] = [];
  readonly actionsByKey = new Map<string, Action[]>();
  readonly actionsByTask = new Map<string, Action[]>();
  /** Keys made so far, and the id they were made of. */
  private readonly keys = new Map<string, string>();
  private keysId = '';

  constructor(init: {
    index: number;
    kind: ResourceKind;
    id: string;
    historyId?: string;
    configured: Resource;
    parent: ResourceInstance | undefined;
    nodeCount: number;
  }) {
    this.index = init.index;
    this.kind = init.kind;
    this.id = init.id;
    this.historyId = init.historyId ?? init.id;
    this.configured = init.configured;
    this.parent = init.parent;
    this.allowed = new NodeTable(init.nodeCount);
    this.knownOn = new NodeSet(init.nodeCount);
  }

  /** `RSC_TASK_0`: the key of an operation that does not recur. There is one string of it, however many ask. */
  key(task: string): string {
    if (this.keysId !== this.id) {
      this.keys.clear();
      this.keysId = this.id;
    }
    let key = this.keys.get(task);
    if (key === undefined) {
      key = `${this.id}_${task}_0`;
      this.keys.set(task, key);
    }
    return key;
  }

  /** Primitive without children. */
  get isPrimitive(): boolean {
    return this.kind === 'primitive';
  }

  get isGroup(): boolean {
    return this.kind === 'group';
  }

  get isClone(): boolean {
    return this.kind === 'clone';
  }

  get isBundle(): boolean {
    return this.kind === 'bundle';
  }

  /** Clone or bundle: a set of instances. */
  get isCollective(): boolean {
    return this.kind === 'clone' || this.kind === 'bundle';
  }

  /** The outermost resource this one is part of; a bundle counts only with `includeBundle`. */
  top(includeBundle = false): ResourceInstance {
    let result: ResourceInstance = this;
    while (result.parent !== undefined && (includeBundle || result.parent.kind !== 'bundle')) {
      result = result.parent;
    }
    return result;
  }
}
