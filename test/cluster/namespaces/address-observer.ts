import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CLIENT_ADDRESS, type Switch } from './switch.ts';

export interface AddressAnswer {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** Hardware address of the machine that answered. */
  readonly mac: string;
}

/** Watches from the client's place who answers for one address, by ARP and by ping. */
export class AddressObserver {
  readonly arp: AddressAnswer[] = [];
  /** Epoch milliseconds of ping replies. */
  readonly pings: number[] = [];
  readonly #child: ChildProcess;

  constructor(network: Switch, address: string) {
    const probe = fileURLToPath(new URL('./address_probe.py', import.meta.url));
    this.#child = network.followClient(
      'python3',
      ['-S', probe, 'public', CLIENT_ADDRESS, address],
      (line) => {
        const [atMs, kind, mac] = line.split(' ');
        if (kind === 'ping') this.pings.push(Number(atMs));
        else if (mac) this.arp.push({ atMs: Number(atMs), mac });
      },
    );
  }

  /** False when the probe has ended: then nothing was observed. */
  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  /** Machines that answered in a span of time. */
  holdersSince(sinceMs: number): Set<string> {
    return new Set(this.arp.filter((answer) => answer.atMs >= sinceMs).map((answer) => answer.mac));
  }

  /**
   * Moments at which two machines held the address: one answered, then another, then the first again within a second.
   * A holder that hands over never answers again so soon.
   */
  overlapsSince(sinceMs: number): string[] {
    const answers = this.arp.filter((answer) => answer.atMs >= sinceMs);
    const lastSeen = new Map<string, number>();
    const overlaps: string[] = [];
    let current: string | undefined;
    for (const { atMs, mac } of answers) {
      if (current !== undefined && mac !== current) {
        const before = lastSeen.get(mac);
        if (before !== undefined && atMs - before < 1000) overlaps.push(`${mac} and ${current} at ${atMs}`);
      }
      lastSeen.set(mac, atMs);
      current = mac;
    }
    return overlaps;
  }

  /** Longest time without a ping reply since then, up to now. */
  longestSilenceMs(sinceMs: number): number {
    const times = [sinceMs, ...this.pings.filter((atMs) => atMs >= sinceMs), Date.now()];
    return Math.max(...times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs)));
  }
}
