/** How a store is opened. */
export interface StoreOptions {
  /** Directory of the store; made if it does not exist. Nothing else may be kept in it. */
  readonly path: string;
  /**
   * Bytes of writes that may wait for the disk. Above it a write fails, because a disk that far behind
   * cannot keep
   * promises in useful time. A larger value survives longer stalls and costs that much memory. Default 64
   * MiB.
   */
  readonly maxQueuedBytes?: number;
  /** Bytes merged at most into one synced batch; bounds the time one sync can take. Default 4 MiB. */
  readonly maxBatchBytes?: number;
}

/** Defaults of StoreOptions. */
export const STORE_DEFAULTS = {
  maxQueuedBytes: 64 * 1024 * 1024,
  maxBatchBytes: 4 * 1024 * 1024,
} as const;

/** Version of the layout described in README.md. */
export const STORE_FORMAT = 1;
