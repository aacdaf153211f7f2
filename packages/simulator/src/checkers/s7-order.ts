import type { Report } from './finding.ts';

/**
 * S7: no start of a dependent before its dependency is active, seen from the services' side. Where the
 * cluster has to believe that the dependency is active (see `Beliefs`), there is no claim.
 */
export class OrderChecker {
  private readonly dependencies: ReadonlyMap<string, readonly string[]>;
  private readonly isActive: (resource: string) => boolean;
  private readonly report: Report;

  constructor(options: {
    /** dependent -> resources that must be active before it starts */
    dependencies: ReadonlyMap<string, readonly string[]>;
    isActive: (resource: string) => boolean;
    report: Report;
  }) {
    this.dependencies = options.dependencies;
    this.isActive = options.isActive;
    this.report = options.report;
  }

  /** @param lastMs when a resource was last active, or had to be taken for it */
  startCommanded(host: string, resource: string, lastMs: (resource: string) => number, nowMs: number): void {
    for (const dependency of this.dependencies.get(resource) ?? []) {
      if (this.isActive(dependency)) continue;
      // The dependency may have crashed a moment ago, before any monitor could tell.
      if (nowMs - lastMs(dependency) < 30_000) continue;
      this.report('S7-order', `start of ${resource} on ${host} although ${dependency} is not active`);
    }
  }
}
