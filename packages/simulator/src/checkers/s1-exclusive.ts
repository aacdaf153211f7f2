import type { Report } from './finding.ts';

/** S1: at no instant two active copies of an exclusive resource, counted from the services' own side. */
export class ExclusiveChecker {
  private readonly activeOn = new Map<string, Set<string>>();
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  started(host: string, resource: string): void {
    const hosts = this.activeOn.get(resource) ?? new Set<string>();
    this.activeOn.set(resource, hosts);
    hosts.add(host);
    if (hosts.size > 1) this.report('S1-exclusive', `${resource} is active on ${[...hosts].join(' and ')}`);
  }

  stopped(host: string, resource: string): void {
    this.activeOn.get(resource)?.delete(host);
  }

  /** Hosts where the resource is active now. */
  hostsOf(resource: string): readonly string[] {
    return [...(this.activeOn.get(resource) ?? [])];
  }
}
