import type { FenceResult, FenceRun } from '@holdfast/ports';
import type { EventQueue } from './event-queue.ts';
import type { SeededRandom } from './random.ts';

/** How a fence device misbehaves; probabilities per request. */
export interface FenceFaults {
  /** The device answers "failed" and does nothing. */
  failure: number;
  /** No answer until the timeout; nothing happens. */
  hang: number;
  /** No answer until the timeout, but the target loses power some time after it. */
  late: number;
  /** The target loses power a second time some seconds later. */
  twice: number;
  meanDelayMs: number;
}

export const HEALTHY_FENCING: FenceFaults = { failure: 0, hang: 0, late: 0, twice: 0, meanDelayMs: 50 };

export interface PowerSwitch {
  isOn(host: string): boolean;
  powerOff(host: string, reason: string): void;
  /** Power comes back after a while; `reboot` soon, `off` when somebody presses the button. */
  scheduleBoot(host: string, action: string): void;
}

/** One power switch for all hosts, as seen through fence agents. */
export class FenceDevice {
  faults: FenceFaults;
  /** Requests that really took a host's power, for the checkers. */
  executed = 0;
  private readonly queue: EventQueue;
  private readonly random: SeededRandom;
  private readonly power: PowerSwitch;

  constructor(options: { queue: EventQueue; random: SeededRandom; faults: FenceFaults; power: PowerSwitch }) {
    this.queue = options.queue;
    this.random = options.random;
    this.faults = options.faults;
    this.power = options.power;
  }

  run(run: FenceRun, onResult: (result: FenceResult) => void): void {
    const beganMs = this.queue.nowMs;
    const finish = (rcCode: number | undefined, output = '') => {
      onResult({
        runId: run.runId,
        ...(rcCode === undefined ? {} : { rcCode }),
        timedOut: rcCode === undefined,
        execTimeMs: Math.round(this.queue.nowMs - beganMs),
        output,
      });
    };
    const delayMs = 1 + this.random.exponential(this.faults.meanDelayMs);
    if (run.action !== 'off' && run.action !== 'reboot') {
      this.queue.after(delayMs, () => finish(this.answer(run)));
      return;
    }
    const target = run.target ?? '';
    if (this.random.chance(this.faults.failure)) {
      this.queue.after(delayMs, () => finish(1));
    } else if (this.random.chance(this.faults.hang)) {
      this.queue.after(run.timeoutMs, () => finish(undefined));
    } else if (this.random.chance(this.faults.late)) {
      this.queue.after(run.timeoutMs, () => finish(undefined));
      this.queue.after(run.timeoutMs + this.random.exponential(3000), () => this.cut(target, run.action));
    } else {
      this.queue.after(delayMs, () => {
        this.cut(target, run.action);
        finish(0);
      });
      if (this.random.chance(this.faults.twice)) {
        this.queue.after(delayMs + 1000 + this.random.exponential(5000), () => this.cut(target, run.action));
      }
    }
  }

  private answer(run: FenceRun): number {
    if (run.action === 'status' && run.target) return this.power.isOn(run.target) ? 0 : 2;
    return 0;
  }

  private cut(target: string, action: string): void {
    this.executed++;
    this.power.powerOff(target, `fenced (${action})`);
    this.power.scheduleBoot(target, action);
  }
}
