import { performance } from 'node:perf_hooks';

/** The two times of NodeInput. */
export interface DaemonClock {
  /** Milliseconds of this process; never goes back. Whole numbers, so that logs and messages stay short. */
  nowMs(): number;
  /** Epoch milliseconds. */
  wallMs(): number;
}

export const SYSTEM_CLOCK: DaemonClock = {
  nowMs: () => Math.floor(performance.now()),
  wallMs: () => Date.now(),
};
