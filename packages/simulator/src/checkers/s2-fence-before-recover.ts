import type { Report } from './finding.ts';

interface Holding {
  readonly host: string;
  readonly life: number;
}

/**
 * S2 and S10: a start on one host needs evidence that every earlier holder is gone. Evidence is a stop that succeeded
 * there, the end of power of that host, or that the daemon there came back in a newer life and found it stopped.
 * Kept from the world's own knowledge, not from the members'.
 */
export class FenceBeforeRecoverChecker {
  private readonly holdings = new Map<string, Map<string, Holding>>();
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  startCommanded(host: string, life: number, resource: string): void {
    const holders = this.holdings.get(resource) ?? new Map<string, Holding>();
    this.holdings.set(resource, holders);
    for (const holding of holders.values()) {
      if (holding.host !== host) {
        this.report(
          'S2-fence-before-recover',
          `start of ${resource} on ${host} while ${holding.host} may still hold it`,
        );
      }
    }
    holders.set(host, { host, life });
  }

  /** A stop succeeded or a probe found it not running. */
  foundStopped(host: string, resource: string): void {
    this.holdings.get(resource)?.delete(host);
  }

  powerLost(host: string): void {
    for (const holders of this.holdings.values()) holders.delete(host);
  }
}
