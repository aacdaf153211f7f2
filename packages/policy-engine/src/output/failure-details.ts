import type { OperationRecord } from '@holdfast/model';
import type { ClusterState, NodeInstance, ResourceInstance } from '../state/index.ts';
import { failCount } from '../unpack/fail-counts.ts';

/** Failures of one resource on one node. */
export interface ResourceFailures {
  readonly resource: ResourceInstance;
  readonly count: number;
  readonly lastFailureSeconds: number;
}

export interface NodeFailures {
  readonly node: NodeInstance;
  readonly resources: readonly ResourceFailures[];
}

/** The nodes where resources have failed, with how often; in the order of the status. */
export function failuresByNode(state: ClusterState): NodeFailures[] {
  return state.input.status.nodes.flatMap((status): NodeFailures[] => {
    const node = state.nodesById.get(status.id) ?? state.nodesByName.get(status.name);
    if (node === undefined || !node.online) return [];
    const resources = status.resources.flatMap(({ id }): ResourceFailures[] => {
      const resource = state.allResources.find(
        (each) => each.isPrimitive && (each.id === id || each.historyId === id),
      );
      if (resource === undefined) return [];
      const { count, lastFailure } = failCount(state, resource, node, { effective: true, fillers: true });
      return count === 0 ? [] : [{ resource, count, lastFailureSeconds: lastFailure }];
    });
    return resources.length === 0 ? [] : [{ node, resources }];
  });
}

/** One failed operation as the status display shows it. */
export interface ShownFailure {
  readonly record: OperationRecord;
  readonly node: NodeInstance;
  readonly exitText: string;
  readonly statusText: string;
}

/** The failed operations found in the histories. */
export function shownFailures(state: ClusterState): ShownFailure[] {
  return state.failedOperations.map(({ node, record }) => ({
    record,
    node,
    exitText: EXIT_TEXTS.get(record.rcCode) ?? 'CRM_EX_UNKNOWN',
    statusText: STATUS_TEXTS.get(record.opStatus) ?? 'UNKNOWN!',
  }));
}

/** Results of agents in words. */
const EXIT_TEXTS: ReadonlyMap<number, string> = new Map([
  [0, 'ok'],
  [1, 'error'],
  [2, 'invalid parameter'],
  [3, 'unimplemented feature'],
  [4, 'insufficient privileges'],
  [5, 'not installed'],
  [6, 'not configured'],
  [7, 'not running'],
  [8, 'promoted'],
  [9, 'promoted (failed)'],
  [190, 'OCF_DEGRADED'],
  [191, 'promoted (degraded)'],
  [193, 'unknown'],
]);

/** States of execution in words. */
const STATUS_TEXTS: ReadonlyMap<number, string> = new Map([
  [-2, 'UNKNOWN!'],
  [-1, 'pending'],
  [0, 'complete'],
  [1, 'Cancelled'],
  [2, 'Timed Out'],
  [3, 'NOT SUPPORTED'],
  [4, 'Error'],
  [5, 'Hard error'],
  [6, 'Fatal error'],
  [7, 'Not installed'],
  [8, 'Internal communication failure'],
  [9, 'No fence device'],
  [10, 'No executor connection'],
]);
