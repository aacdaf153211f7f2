/**
 * Which resources the cluster must take for active because an agent said so, although they are not. Such a belief
 * lasts, however long that is, until another answer about the same resource on the same host arrives or the daemon
 * there begins a new life: what an earlier life was told does not count any more.
 */
export class FalseBeliefs {
  private readonly hostsByResource = new Map<string, Set<string>>();
  private readonly endedMs = new Map<string, number>();

  /** An answer reached the executor. @param active what is true @param saysActive what it says */
  answered(
    host: string,
    resource: string,
    options: { active: boolean; saysActive: boolean; nowMs: number },
  ): void {
    if (options.saysActive && !options.active) {
      const hosts = this.hostsByResource.get(resource) ?? new Set<string>();
      this.hostsByResource.set(resource, hosts);
      hosts.add(host);
    } else {
      this.end(host, resource, options.nowMs);
    }
  }

  /** Whatever was believed about this host is void: it lost power, or its daemon begins a new life. */
  endAll(host: string, nowMs: number): void {
    for (const resource of this.hostsByResource.keys()) this.end(host, resource, nowMs);
  }

  /** Last instant at which the resource was wrongly taken for active; 0 if it never was. */
  lastMs(resource: string, nowMs: number): number {
    const stands = (this.hostsByResource.get(resource)?.size ?? 0) > 0;
    return stands ? nowMs : (this.endedMs.get(resource) ?? 0);
  }

  private end(host: string, resource: string, nowMs: number): void {
    if (this.hostsByResource.get(resource)?.delete(host)) this.endedMs.set(resource, nowMs);
  }
}
