import type { Report } from './finding.ts';

/** Lease, delay, and the stops of all resources one after the other, with healthy agents. Generous. Milliseconds. */
const STOP_BOUND_MS = 12_000;

/**
 * S8, second half: a member without quorum stops what it started, after the policy's delay. Only what its daemon
 * started in its present life is looked at: of older copies it cannot know before a leader had them probed.
 */
export class LosingSideChecker {
  private readonly startedIn = new Map<string, number>();
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  startCommanded(host: string, life: number, resource: string): void {
    this.startedIn.set(`${host}/${resource}`, life);
  }

  /** Called every second for each member whose daemon runs. `withoutQuorumMs`: for how long. */
  look(host: string, life: number, withoutQuorumMs: number, active: readonly string[]): void {
    if (withoutQuorumMs < STOP_BOUND_MS) return;
    for (const resource of active) {
      if (this.startedIn.get(`${host}/${resource}`) !== life) continue;
      const seconds = Math.round(withoutQuorumMs / 1000);
      this.report('S8-losing-side', `${host} still runs ${resource} after ${seconds} s without quorum`);
    }
  }
}
