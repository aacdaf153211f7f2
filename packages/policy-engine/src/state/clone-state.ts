/** Options of a clone and counters kept while its instances are placed. */
export interface CloneState {
  max: number;
  nodeMax: number;
  /** Instances that must be running before dependents may run; 0: any. */
  min: number;
  promotedMax: number;
  promotedNodeMax: number;
  interleave: boolean;
  ordered: boolean;
  /** Instances promoted by the current computation. */
  promotedCount: number;
  /** Next instance number to create. */
  nextNumber: number;
  /** Promotion scores were merged already. */
  colocationsMerged: boolean;
}
