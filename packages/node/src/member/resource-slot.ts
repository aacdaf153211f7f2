import type { GraphAction } from '@holdfast/model';
import type { FencingToken } from '@holdfast/protocol';
import { OperationHistory } from './operation-history.ts';
import type { RememberedResource } from './remembered-resource.ts';

/** What may make a resource active, or more active, here. */
export const STARTING: ReadonlySet<string> = new Set(['start', 'promote', 'migrate_to', 'migrate_from']);

/** One execution that waits or runs. */
export interface Job {
  readonly action: GraphAction;
  /** Operation the agent is asked for. */
  readonly operation: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly targetRc: number;
  /** The command it answers; null for recurring repeats and local stops. */
  readonly token: FencingToken | null;
  readonly transitionKey: string;
}

/** A recurring operation of one resource. */
export interface Recurring {
  readonly job: Job;
  nextAtMs: number;
  /** Last reported result; undefined before the first. */
  reported: { readonly rcCode: number; readonly opStatus: number } | undefined;
}

/** Everything this member knows and does about one resource. One job at a time. */
export class ResourceSlot {
  readonly id: string;
  readonly history: OperationHistory;
  readonly queue: Job[] = [];
  readonly recurring = new Map<string, Recurring>();
  running: {
    readonly runId: number;
    readonly job: Job;
    readonly callId: number;
    readonly beganAt: number;
  } | null = null;
  /** The newest action seen, for its parameters: a local stop needs them. */
  lastAction: GraphAction;
  /** Order in which resources became active here; 0 while proven stopped. */
  activeSince = 0;
  /**
   * A start could not be ended, not even by KILL: it may still take effect, whatever the agent says. Until an operator
   * has cleaned up, or the life ends.
   */
  unended = false;
  /** Fence devices only: the device is in use on this member. */
  deviceRegistered = false;

  constructor(
    action: GraphAction & { readonly resource: NonNullable<GraphAction['resource']> },
    remembered?: RememberedResource,
  ) {
    this.id = action.resource.id;
    this.history = new OperationHistory(action.resource, remembered);
    this.lastAction = action;
  }

  get idle(): boolean {
    return this.running === null && this.queue.length === 0;
  }

  /** When the next recurring operation is due; Infinity while busy or without one. */
  nextDueMs(): number {
    if (!this.idle) return Number.POSITIVE_INFINITY;
    let dueMs = Number.POSITIVE_INFINITY;
    for (const { nextAtMs } of this.recurring.values()) dueMs = Math.min(dueMs, nextAtMs);
    return dueMs;
  }
}
