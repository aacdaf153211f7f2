import type { Report } from './finding.ts';

/** Time in which a cluster that has just learned of a copy may still carry out what it began before. */
const LEARNING_MS = 30_000;

/** S1: at no instant two active copies of an exclusive resource, counted from the services' own side. */
export class ExclusiveChecker {
  private readonly activeOn = new Map<string, Set<string>>();
  /** Copies that an agent had denied and a later one found, by resource and host: when they were found. */
  private readonly foundMs = new Map<string, number>();
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  started(host: string, resource: string, nowMs: number): void {
    this.hostSet(resource).add(host);
    const known = this.hostsOf(resource).filter((other) => {
      const foundMs = this.foundMs.get(`${resource}@${other}`) ?? Number.NEGATIVE_INFINITY;
      return other === host || nowMs - foundMs > LEARNING_MS;
    });
    if (known.length > 1) this.report('S1-exclusive', `${resource} is active on ${known.join(' and ')}`);
  }

  /**
   * A copy that an agent had said was stopped was found by an honest answer. It counts again; that it is there is the
   * agent's doing, what happens from now on is the cluster's.
   */
  found(host: string, resource: string, nowMs: number): void {
    this.hostSet(resource).add(host);
    this.foundMs.set(`${resource}@${host}`, nowMs);
  }

  stopped(host: string, resource: string): void {
    this.activeOn.get(resource)?.delete(host);
    this.foundMs.delete(`${resource}@${host}`);
  }

  /** Hosts where the resource is active now. */
  hostsOf(resource: string): readonly string[] {
    return [...(this.activeOn.get(resource) ?? [])];
  }

  private hostSet(resource: string): Set<string> {
    const hosts = this.activeOn.get(resource) ?? new Set<string>();
    this.activeOn.set(resource, hosts);
    return hosts;
  }
}
