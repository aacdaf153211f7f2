/** What is true when an answer comes, and what it says. */
export interface Answered {
  readonly active: boolean;
  readonly saysActive: boolean;
  readonly nowMs: number;
}

/**
 * Which resources the cluster must take for active although they are not: because an agent said so and lied, or because
 * they ended on a host in maintenance, where nothing is monitored. Such a belief lasts, however long that is, until
 * another answer about the same resource on the same host arrives or the daemon there begins a new life: what an
 * earlier life was told does not count any more.
 */
export class Beliefs {
  /** Resource -> hosts whose newest answer said that it is active there, and whether that was a lie. */
  private readonly saidActive = new Map<string, Map<string, { readonly lie: boolean }>>();
  private readonly endedMs = new Map<string, number>();
  /** Hosts in maintenance, and since when not any more; Infinity while they are. */
  private readonly maintainedUntilMs = new Map<string, number>();

  /** An answer reached the executor. */
  answered(host: string, resource: string, { active, saysActive, nowMs }: Answered): void {
    if (!saysActive || active) this.end(host, resource, nowMs);
    if (!saysActive) return;
    const hosts = this.saidActive.get(resource) ?? new Map<string, { lie: boolean }>();
    this.saidActive.set(resource, hosts);
    hosts.set(host, { lie: !active });
  }

  /** An operator asked for maintenance of a host, or for its end; that may take effect later. */
  maintenance(host: string, on: boolean, nowMs: number): void {
    this.maintainedUntilMs.set(host, on ? Number.POSITIVE_INFINITY : nowMs);
  }

  /** Whatever was believed about this host is void: it lost power, or its daemon begins a new life. */
  endAll(host: string, nowMs: number): void {
    for (const resource of this.saidActive.keys()) this.end(host, resource, nowMs);
  }

  /** Last instant at which the resource had to be taken for active; 0 if it never had. */
  lastMs(resource: string, nowMs: number): number {
    let lastMs = this.endedMs.get(resource) ?? 0;
    for (const [host, { lie }] of this.saidActive.get(resource) ?? []) {
      const untilMs = lie ? nowMs : (this.maintainedUntilMs.get(host) ?? 0);
      lastMs = Math.max(lastMs, Math.min(nowMs, untilMs));
    }
    return lastMs;
  }

  private end(host: string, resource: string, nowMs: number): void {
    const hosts = this.saidActive.get(resource);
    if (hosts?.get(host)?.lie) this.endedMs.set(resource, nowMs);
    hosts?.delete(host);
  }
}
