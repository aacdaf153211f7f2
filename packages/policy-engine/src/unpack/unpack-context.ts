import type { OperationRecord, Template } from '@holdfast/model';
import type { ReferenceIndex } from '../rules/reference-index.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import type { RuleContext } from '../state/rule-context.ts';
import type { HistoryIndex } from './history-index.ts';

/** Tables that are only needed while the input is read, plus the ones later stages keep using. */
export interface UnpackContext {
  readonly state: ClusterState;
  readonly references: ReferenceIndex;
  readonly templates: ReadonlyMap<string, Template>;
  /** Instances of clones so far; bounded. */
  instancesMade: number;
  /** Replicas of the bundles seen so far. */
  readonly replicaCounts: Map<string, number>;
  /** Nodes that exist so far: a clone's default size counts only those created before it. */
  nodesSeen: number;
  readonly baseRule: RuleContext;
  readonly histories: HistoryIndex;
  /** The history found last to hold no failure that blocks its resource. */
  notBlocked: { readonly resource: ResourceInstance; readonly node: NodeInstance } | undefined;
  /** Containers to stop because a connection into them failed. */
  readonly stopNeeded: ResourceInstance[];
  /** Instances by id, filled up to `resourcesIndexed`. */
  readonly resourcesById: Map<string, ResourceInstance>;
  resourcesIndexed: number;
}

/** One recorded operation being read, with what is derived from it. */
export interface OperationHistory {
  readonly resource: ResourceInstance;
  readonly node: NodeInstance;
  readonly record: OperationRecord;
  readonly id: string;
  readonly key: string;
  readonly task: string;
  readonly intervalMs: number;
  readonly callId: number;
  readonly expectedRc: number;
  rc: number;
  status: number;
}
