import type { GraphAction } from '@holdfast/model';

/** Upper bounds on what runs at once. 0 or less means no bound. */
export interface ThrottleLimits {
  /** Actions in flight in the whole cluster (`batch-limit`). */
  readonly batchLimit: number;
  /** Live migrations in flight per node (`migration-limit`). */
  readonly migrationLimit: number;
  /** Actions in flight on one node (`node-action-limit`). */
  readonly nodeActionLimit: (node: string) => number;
}

/** Counts actions in flight against the limits. Cluster actions such as fencing are never held back. */
export class Throttle {
  private readonly limits: ThrottleLimits;
  private total = 0;
  private readonly perNode = new Map<string, number>();
  private readonly migrations = new Map<string, number>();

  constructor(limits: ThrottleLimits) {
    this.limits = limits;
  }

  /** May this action begin now? */
  admits(action: GraphAction): boolean {
    if (action.kind !== 'resource') return true;
    const { batchLimit, migrationLimit, nodeActionLimit } = this.limits;
    if (batchLimit > 0 && this.total >= batchLimit) return false;
    const node = placeOf(action);
    const limit = nodeActionLimit(node);
    if (limit > 0 && (this.perNode.get(node) ?? 0) >= limit) return false;
    return !(isMigration(action) && migrationLimit > 0 && (this.migrations.get(node) ?? 0) >= migrationLimit);
  }

  begin(action: GraphAction): void {
    this.count(action, 1);
  }

  end(action: GraphAction): void {
    this.count(action, -1);
  }

  private count(action: GraphAction, by: number): void {
    if (action.kind !== 'resource') return;
    const node = placeOf(action);
    this.total += by;
    this.perNode.set(node, (this.perNode.get(node) ?? 0) + by);
    if (isMigration(action)) this.migrations.set(node, (this.migrations.get(node) ?? 0) + by);
  }
}

/** The member that executes the action. */
export function placeOf(action: GraphAction): string {
  return action.routerNode ?? action.onNode ?? '';
}

function isMigration(action: GraphAction): boolean {
  return action.operation === 'migrate_to' || action.operation === 'migrate_from';
}
