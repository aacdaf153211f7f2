import { uptime } from 'node:os';
import { performance } from 'node:perf_hooks';

/** The two times of NodeInput. */
export interface DaemonClock {
  /** Milliseconds of this process; never goes back. Whole numbers, so that logs and messages stay short. */
  nowMs(): number;
  /** Epoch milliseconds. */
  wallMs(): number;
}

/** The clocks of the machine, in milliseconds. */
export interface ClockSources {
  /** Since the process began; stands still while the machine is suspended (CLOCK_MONOTONIC). */
  readonly monotonicMs: () => number;
  /** Since the machine was booted; goes on while it is suspended (CLOCK_BOOTTIME). Costs a system call or more. */
  readonly bootMs: () => number;
  readonly wallMs: () => number;
}

/** The wall clock must move by this much against the monotonic one before the time since boot is looked at. */
const NOTICED_MS = 20;
/** A suspension shorter than this is not told from the 10 ms in which Linux counts the time since boot. */
const SHORTEST_MS = 50;

/**
 * A monotonic time that counts the time a suspended machine slept. A lease must have ended when the machine wakes up
 * (time only ever takes authority away), and the clock Node offers stands still meanwhile. The wall clock, which is
 * cheap to read and which the kernel moves on when it wakes, is only the hint to look at the time since boot: setting
 * it changes nothing.
 */
export function suspendAwareClock(sources: ClockSources): DaemonClock {
  const { monotonicMs, bootMs, wallMs } = sources;
  const awakeMs = bootMs() - monotonicMs();
  let gapMs = wallMs() - monotonicMs();
  let suspendedMs = 0;
  return {
    wallMs,
    nowMs: () => {
      const runningMs = monotonicMs();
      const newGapMs = wallMs() - runningMs;
      if (Math.abs(newGapMs - gapMs) >= NOTICED_MS) {
        gapMs = newGapMs;
        const sleptMs = bootMs() - runningMs - awakeMs;
        if (sleptMs >= suspendedMs + SHORTEST_MS) suspendedMs = sleptMs;
      }
      return Math.floor(runningMs + suspendedMs);
    },
  };
}

export const SYSTEM_CLOCK: DaemonClock = suspendAwareClock({
  monotonicMs: () => performance.now(),
  bootMs: () => uptime() * 1000,
  wallMs: () => Date.now(),
});
