import type { Action } from './action.ts';

/** The marks around one operation of a clone's instances, for notifications. */
export interface Notification {
  readonly task: 'start' | 'stop' | 'promote' | 'demote';
  pre: Action | undefined;
  preDone: Action | undefined;
  post: Action | undefined;
  postDone: Action | undefined;
}

/** Options of a clone and counters kept while its instances are placed. */
export interface CloneState {
  max: number;
  nodeMax: number;
  /** Instances that must be running before dependents may run; 0: any. */
  min: number;
  promotedMax: number;
  promotedNodeMax: number;
  ordered: boolean;
  /** Instances promoted by the current computation. */
  promotedCount: number;
  /** Next instance number to create. */
  nextNumber: number;
  /** Its instances have their nodes; what matters now is who is promoted. */
  choosingRoles: boolean;
  /** Promotion scores were merged already. */
  colocationsMerged: boolean;
  /** Marks for notifications, with `notify=true`. */
  readonly notifications: Notification[];
}
