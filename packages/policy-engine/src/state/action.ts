import type { NodeInstance } from './node-instance.ts';
import type { OperationConfig } from './operation-config.ts';
import type { ResourceInstance } from './resource-instance.ts';

/** State of an action; several bits may be set. */
export const ActionFlag = {
  /** Nothing is executed; a mark others wait for. */
  pseudo: 1 << 0,
  /** Everything it needs is possible. */
  runnable: 1 << 1,
  /** Not needed. */
  optional: 1 << 2,
  /** Stays in the graph even when optional. */
  alwaysInGraph: 1 << 3,
  /** The stop or start may be replaced by a live migration. */
  migratable: 1 << 4,
  /** Stop that cleans up after a finished or broken live migration. */
  migrationAbort: 1 << 5,
  /** Runnable only if enough of its inputs are (clone-min, require-all=false). */
  minRunnable: 1 << 6,
  /** Executed by the leader instead of the node. */
  onLeader: 1 << 7,
  /** The operation is to be run again by the next transition. */
  reschedule: 1 << 8,
  /** Inputs were made unique. */
  inputsUnique: 1 << 9,
  /** Added to the graph already. */
  inGraph: 1 << 10,
} as const;

/** What an action needs from the cluster before it may run. */
export type Needs = 'nothing' | 'quorum' | 'fencing';

/** What happens when the operation fails. Severity order: see unpack/failures. */
export type OnFail =
  | 'ignore'
  | 'restart'
  | 'reset-remote'
  | 'restart-container'
  | 'demote'
  | 'stop'
  | 'ban'
  | 'block'
  | 'standby'
  | 'fence';

/** One input of an action: the action that comes first and how strong the ordering is. */
export class Relation {
  readonly first: Action;
  flags: number;
  /** The ordering was written to the graph. */
  inGraph = false;
  constructor(first: Action, flags: number) {
    this.first = first;
    this.flags = flags;
  }
}

/** One step the cluster may take. Actions are created generously; only needed, runnable ones reach the graph. */
export class Action {
  readonly id: number;
  readonly resource: ResourceInstance | undefined;
  node: NodeInstance | undefined;
  /** `start`, `stop`, `monitor`, ... or the name of a pseudo task (`running`, `load_stopped_n1`). */
  task: string;
  /** Operation key: `RSC_TASK_INTERVALMS`; for cluster actions any unique name. */
  key: string;
  flags: number;
  intervalMs = 0;
  /** Why it is wanted or impossible; the first recorded reason wins. */
  reason: string | undefined = undefined;
  readonly meta = new Map<string, string>();
  /** Extra parameters besides those of the resource. */
  readonly extra = new Map<string, string>();
  needs: Needs = 'nothing';
  onFail: OnFail = 'ignore';
  failRole = 0;
  startDelayMs = 0;
  /** Added to the graph's synapse priority. */
  priority = 0;
  /** For notifications: the lists every notified action receives, by name. */
  notification: Map<string, string> | undefined = undefined;
  config: OperationConfig | undefined = undefined;
  /** Inputs: actions that come first. In creation order. */
  before: Relation[] = [];
  /** Actions that wait for this one, in creation order. */
  readonly after: Action[] = [];
  /** Flags of all relations to each action that waits for this one. */
  readonly afterFlags = new Map<Action, number>();
  /** For `minRunnable`: inputs needed and found runnable. */
  requiredRunnableBefore = 0;
  runnableBefore = 0;
  /** Operation whose recurring form a cancel action cancels. */
  cancelTask: string | undefined = undefined;
  /** Last walk that visited this action; compared with the walk's own number. */
  mark = 0;

  constructor(init: {
    id: number;
    resource: ResourceInstance | undefined;
    node: NodeInstance | undefined;
    task: string;
    key: string;
    flags: number;
  }) {
    this.id = init.id;
    this.resource = init.resource;
    this.node = init.node;
    this.task = init.task;
    this.key = init.key;
    this.flags = init.flags;
  }

  is(flag: number): boolean {
    return (this.flags & flag) === flag;
  }
}
