import type { EventQueue } from './event-queue.ts';

/** What happens when nobody has fed a watchdog in time. */
export type Reset = () => void;

/** A host's watchdog: once armed it resets the machine unless it is fed, whether the daemon lives or not. */
export class SimulatedWatchdog {
  private timeoutMs = 0;
  private round = 0;
  private readonly queue: EventQueue;
  private readonly reset: Reset;

  constructor(queue: EventQueue, reset: Reset) {
    this.queue = queue;
    this.reset = reset;
  }

  arm(timeoutMs: number): void {
    this.timeoutMs = timeoutMs;
    this.pet();
  }

  pet(): void {
    const round = ++this.round;
    if (this.timeoutMs === 0) return;
    this.queue.after(this.timeoutMs, () => {
      if (this.round === round) this.reset();
    });
  }

  /** Let go, or the machine is off. */
  end(): void {
    this.timeoutMs = 0;
    this.round++;
  }
}
