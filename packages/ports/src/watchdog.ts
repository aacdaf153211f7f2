/** A timer that resets the host unless it is petted. */
export interface Watchdog {
  /** Arms with a timeout; resolves to the timeout in force, or undefined when there is no device. */
  arm(timeoutMs: number): Promise<number | undefined>;
  pet(): void;
  /** Disarms in an orderly stop. */
  disarm(): Promise<void>;
}
