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

const NO_META: ReadonlyMap<string, string> = new Map();

/** Up to this many entries looking through a list is faster than an index. */
const FEW = 12;

const NOTHING: never[] = [];

/**
 * A list with one more entry. Most actions have one or two relations, and there are 100,000s of actions; a list that
 * grows by `push` at once makes room for 17.
 */
function appended<T>(list: readonly T[], entry: T): T[] {
  switch (list.length) {
    case 0:
      return [entry];
    case 1:
      return [list[0] as T, entry];
    case 2:
      return [list[0] as T, list[1] as T, entry];
    default:
      (list as T[]).push(entry);
      return list as T[];
  }
}

const LONE_FLAGS = new Map<number, readonly number[]>();

/** A list of one set of flags. Flags come in few combinations, and nobody changes a list of one. */
function loneFlags(flags: number): readonly number[] {
  let list = LONE_FLAGS.get(flags);
  if (list === undefined) {
    list = [flags];
    LONE_FLAGS.set(flags, list);
  }
  return list;
}

/** One input of an action: the action that comes first and how strong the ordering is. */
export class Relation {
  readonly first: Action;
  flags: number;
  /** When it was last put into effect, by the clock of changes; whatever it reads that changed later counts anew. */
  appliedAt = -1;
  constructor(first: Action, flags: number) {
    this.first = first;
    this.flags = flags;
  }
}

/** Counts changes of actions' flags, so that what depends on them is looked at again only if there was one. */
export interface ChangeClock {
  now: number;
}

/** One step the cluster may take. Actions are created generously; only needed, runnable ones reach the graph. */
export class Action {
  readonly id: number;
  readonly resource: ResourceInstance | undefined;
  /** Its resource, if that is a group, clone or bundle. */
  readonly collection: ResourceInstance | undefined;
  node: NodeInstance | undefined;
  /** `start`, `stop`, `monitor`, ... or the name of a pseudo task (`running`, `load_stopped_n1`). */
  task: string;
  /** Operation key: `RSC_TASK_INTERVALMS`; for cluster actions any unique name. */
  key: string;
  private ownFlags: number;
  private readonly clock: ChangeClock;
  /** When its flags changed last, by the clock of changes. */
  changedAt = 0;
  intervalMs = 0;
  /** Why it is wanted or impossible; the first recorded reason wins. */
  reason: string | undefined = undefined;
  /** Most actions are never needed; what only needed ones have is made on first use. */
  private ownMeta: ReadonlyMap<string, string> | undefined = undefined;
  private metaShared = false;
  private ownExtra: Map<string, string> | undefined = undefined;
  needs: Needs = 'nothing';
  /** Added to the graph's synapse priority. */
  priority = 0;
  /** For notifications: the lists every notified action receives, by name. */
  notification: Map<string, string> | undefined = undefined;
  config: OperationConfig | undefined = undefined;
  /** Inputs: actions that come first. In creation order. */
  before: readonly Relation[] = NOTHING;
  /** Actions that wait for this one, in creation order. */
  after: readonly Action[] = NOTHING;
  /** Flags of the relations in `after`, in its order; all of them at the first place of an action. */
  private afterFlags: readonly number[] = NOTHING;
  /** First place of each action in `after`, once there are too many to look through. */
  private afterPlaces: Map<Action, number> | undefined = undefined;
  /** For `minRunnable`: inputs needed and found runnable. */
  requiredRunnableBefore = 0;
  runnableBefore = 0;
  /** Operation whose recurring form a cancel action cancels. */
  cancelTask: string | undefined = undefined;
  /** What waits for nothing else but this action shares one list of it. */
  private alone: readonly Action[] | undefined = undefined;
  /** Last walk that visited this action; compared with the walk's own number. */
  mark = 0;

  constructor(init: {
    id: number;
    resource: ResourceInstance | undefined;
    node: NodeInstance | undefined;
    task: string;
    key: string;
    flags: number;
    clock: ChangeClock;
  }) {
    this.clock = init.clock;
    this.id = init.id;
    this.resource = init.resource;
    this.collection = init.resource?.isPrimitive ? undefined : init.resource;
    this.node = init.node;
    this.task = init.task;
    this.key = init.key;
    this.ownFlags = init.flags;
  }

  get flags(): number {
    return this.ownFlags;
  }

  set flags(flags: number) {
    const before = this.ownFlags;
    if (flags === before) return;
    this.ownFlags = flags;
    const now = ++this.clock.now;
    this.changedAt = now;
    for (let each = this.resource; each !== undefined; each = each.parent) each.changedAt = now;
    this.resource?.parent?.partCache?.tallies.get(this.task)?.update(this, before, now);
  }

  /** Meta attributes of the operation, to be written. */
  get meta(): Map<string, string> {
    if (this.metaShared || this.ownMeta === undefined) this.ownMeta = new Map(this.ownMeta);
    this.metaShared = false;
    return this.ownMeta as Map<string, string>;
  }

  /** Meta attributes of the operation, to be read only: reading does not make a map of its own. */
  get metaNow(): ReadonlyMap<string, string> {
    return this.ownMeta ?? NO_META;
  }

  /** Extra parameters besides those of the resource. */
  get extra(): Map<string, string> {
    this.ownExtra ??= new Map();
    return this.ownExtra;
  }

  get hasMeta(): boolean {
    return this.ownMeta !== undefined;
  }

  get hasExtra(): boolean {
    return this.ownExtra !== undefined;
  }

  /** Takes over meta attributes that other actions have, too. */
  shareMeta(meta: ReadonlyMap<string, string>): void {
    this.ownMeta = meta;
    this.metaShared = true;
  }

  /** Flags of all relations to an action that waits for this one; undefined if it does not. */
  flagsTo(then: Action): number | undefined {
    const place = this.placeOf(then);
    return place < 0 ? undefined : this.afterFlags[place];
  }

  /** Makes an action wait for this one. */
  precede(then: Action, flags: number): void {
    const place = this.placeOf(then);
    if (this.after.length === 0) {
      then.alone ??= [then];
      this.after = then.alone;
      this.afterFlags = loneFlags(flags);
    } else {
      if (place < 0) this.afterPlaces?.set(then, this.after.length);
      const afterFlags = appended(this.afterFlags, flags);
      if (place >= 0) afterFlags[place] = (afterFlags[place] as number) | flags;
      this.after = appended(this.after, then);
      this.afterFlags = afterFlags;
    }
    then.before = appended(then.before, new Relation(this, flags));
  }

  private placeOf(then: Action): number {
    if (this.after.length < FEW) return this.after.indexOf(then);
    if (this.afterPlaces === undefined) {
      this.afterPlaces = new Map();
      for (let i = this.after.length - 1; i >= 0; i--) this.afterPlaces.set(this.after[i] as Action, i);
    }
    return this.afterPlaces.get(then) ?? -1;
  }

  is(flag: number): boolean {
    return (this.flags & flag) === flag;
  }
}
