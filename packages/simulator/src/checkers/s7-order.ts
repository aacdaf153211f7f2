import type { Report } from './finding.ts';

/**
 * S7: no start of a dependent before its dependency is active, seen from the services' side. A start is judged by what
 * its leader could know when it ordered it first: a dependency that has ended since, or of whose end no answer had
 * reached that leader (see `Beliefs`), is no fault of the order. There is no time within which anything is forgiven.
 */
export class OrderChecker {
  private readonly dependencies: ReadonlyMap<string, readonly string[]>;
  private readonly isActive: (resource: string) => boolean;
  private readonly mayBelieve: (leader: string, resource: string) => boolean;
  private readonly report: Report;
  /** Starts that were ordered by messages, and what each then lacked. */
  private readonly ordered = new Map<string, readonly string[]>();

  constructor(options: {
    /** dependent -> resources that must be active before it starts */
    dependencies: ReadonlyMap<string, readonly string[]>;
    isActive: (resource: string) => boolean;
    /** Whether a leader may take a resource for active. */
    mayBelieve: (leader: string, resource: string) => boolean;
    report: Report;
  }) {
    this.dependencies = options.dependencies;
    this.isActive = options.isActive;
    this.mayBelieve = options.mayBelieve;
    this.report = options.report;
  }

  /** A leader orders a start on another host. @param order names the order; it may be sent more than once */
  startOrdered(leader: string, resource: string, order: string): void {
    if (!this.dependencies.has(resource) || this.ordered.has(order)) return;
    this.ordered.set(order, this.lacking(leader, resource));
  }

  /** @param order by which the start is executed; undefined: the host leads, and orders it itself now */
  startCommanded(host: string, resource: string, order: string | undefined): void {
    const known = order === undefined ? undefined : this.ordered.get(order);
    for (const dependency of known ?? this.lacking(host, resource)) {
      if (this.isActive(dependency)) continue;
      this.report('S7-order', `start of ${resource} on ${host} although ${dependency} is not active`);
    }
  }

  private lacking(leader: string, resource: string): readonly string[] {
    const needed = this.dependencies.get(resource) ?? [];
    return needed.filter((each) => !this.isActive(each) && !this.mayBelieve(leader, each));
  }
}
