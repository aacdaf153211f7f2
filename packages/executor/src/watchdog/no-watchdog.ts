import type { Watchdog } from '@holdfast/ports';

/** For hosts that have no watchdog, or are not to use it: arming says so, nothing else happens. */
export class NoWatchdog implements Watchdog {
  async arm(): Promise<undefined> {
    return undefined;
  }

  pet(): void {}

  async disarm(): Promise<void> {}
}
