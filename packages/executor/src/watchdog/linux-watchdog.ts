import { execFile } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { assert, type Logger, type Watchdog } from '@holdfast/ports';

/** Which device, and where the kernel tells about it. */
export interface LinuxWatchdogOptions {
  readonly logger: Logger;
  /** @default /dev/watchdog */
  readonly device?: string;
  /** Where the kernel shows the timeout in force. @default /sys/class/watchdog */
  readonly sysFolder?: string;
  /** The command that sets the timeout, from util-linux. @default wdctl */
  readonly wdctl?: string;
}

const WDCTL_TIMEOUT_MS = 5000;
/** Written just before the device is closed, it says that closing is meant and the timer must stop. */
const MAGIC_CLOSE = 'V';

/**
 * The kernel's watchdog device. Node has no ioctl, so the timeout is set by `wdctl` before the device is opened, and
 * the one in force is read back from /sys: only that one may be announced to other members. Closing the device
 * without the magic letter, as when the daemon is killed, lets the timer run out and reset the host.
 */
export class LinuxWatchdog implements Watchdog {
  readonly #options: LinuxWatchdogOptions;
  #descriptor: number | undefined;

  constructor(options: LinuxWatchdogOptions) {
    this.#options = options;
  }

  async arm(timeoutMs: number): Promise<number | undefined> {
    assert(this.#descriptor === undefined, 'the watchdog is armed once');
    const device = this.#options.device ?? '/dev/watchdog';
    await this.#setTimeout(device, timeoutMs);
    try {
      // Opening starts the timer.
      this.#descriptor = openSync(device, 'w');
    } catch (error) {
      this.#log('warn', 'watchdog-unavailable', `${device} cannot be opened: ${(error as Error).message}`);
      return undefined;
    }
    const inForceMs = this.#timeoutInForceMs(device);
    if (inForceMs === undefined) {
      // A timer of unknown length proves nothing to others.
      this.#log('warn', 'watchdog-unavailable', `${device} does not say which timeout is in force`);
      await this.disarm();
      return undefined;
    }
    this.pet();
    this.#log(
      'info',
      'watchdog-armed',
      `${device} resets this host after ${inForceMs} ms without a sign of life`,
    );
    return inForceMs;
  }

  pet(): void {
    // A failed write is not repaired here: the timer then does what it is for.
    if (this.#descriptor !== undefined) writeSync(this.#descriptor, '\0');
  }

  async disarm(): Promise<void> {
    if (this.#descriptor === undefined) return;
    writeSync(this.#descriptor, MAGIC_CLOSE);
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#log('info', 'watchdog-disarmed', 'the watchdog was disarmed');
  }

  async #setTimeout(device: string, timeoutMs: number): Promise<void> {
    const seconds = String(Math.max(1, Math.ceil(timeoutMs / 1000)));
    try {
      const command = this.#options.wdctl ?? 'wdctl';
      await promisify(execFile)(command, ['--settimeout', seconds, device], { timeout: WDCTL_TIMEOUT_MS });
    } catch (error) {
      const problem = (error as Error).message.split('\n')[0];
      this.#log('warn', 'watchdog-timeout-kept', `the timeout of ${device} could not be set: ${problem}`);
    }
  }

  #timeoutInForceMs(device: string): number | undefined {
    const folder = this.#options.sysFolder ?? '/sys/class/watchdog';
    const name = basename(device) === 'watchdog' ? 'watchdog0' : basename(device);
    try {
      const seconds = Number(readFileSync(`${folder}/${name}/timeout`, 'utf8'));
      return seconds > 0 ? seconds * 1000 : undefined;
    } catch {
      return undefined;
    }
  }

  #log(level: 'info' | 'warn', event: string, message: string): void {
    this.#options.logger.log({ level, event, message, fields: {} });
  }
}
