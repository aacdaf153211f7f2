import type { ActionGraph } from '@holdfast/model';
import type { ClusterState, ScoreLine, UtilizationLine } from './state/cluster-state.ts';
import type { ScoreChange } from './state/score-journal.ts';

/** What `computeTransition` may be told besides the cluster's own information. */
export interface ComputeOptions {
  /** Epoch seconds that count as now. @default `execution-date` of the header, else 0 */
  readonly nowSeconds?: number;
  /**
   * Note what makes up each score while it is computed. Without it reading `explanation` computes everything again.
   * @default false
   */
  readonly explain?: boolean;
  /** Keep the scores of every step for output. @default true */
  readonly scores?: boolean;
  /**
   * What depends on a start that is in progress waits for its end, as a running cluster wants it (S7). The reference's
   * graph has no such inputs. @default false
   */
  readonly awaitStarts?: boolean;
  /**
   * What needs a failed resource that is not managed does not start (S7). To the reference such a resource is active,
   * and what needs it starts. @default false
   */
  readonly withholdUnsure?: boolean;
  /**
   * In constraints the name of what is cloned stands for the clone. The reference takes it so from the first history
   * under that name on only, so that a constraint would begin to hold once an instance was started against it.
   * @default false
   */
  readonly namesOfCloned?: boolean;
}

/**
 * What a running cluster asks for: reasons, no start that the reference's plan would let be too early, and constraints
 * that hold from the beginning.
 */
export const RUNNING_CLUSTER: ComputeOptions = {
  explain: true,
  scores: false,
  awaitStarts: true,
  withholdUnsure: true,
  namesOfCloned: true,
};

/** What is decided, in the words of the reference's transition summary. */
export type DecisionVerb =
  | 'Start'
  | 'Stop'
  | 'Move'
  | 'Recover'
  | 'Restart'
  | 'Migrate'
  | 'Reload'
  | 'Promote'
  | 'Demote'
  | 'Re-promote'
  | 'Fence (reboot)'
  | 'Fence (off)'
  | 'Fence (on)'
  | 'Fence (poweroff)';

/** One line of the transition summary: what is decided for one resource or node. */
export interface Decision {
  readonly verb: DecisionVerb | string;
  /** Resource instance, or node for fencing. */
  readonly subject: string;
  readonly fromRole?: string;
  readonly toRole?: string;
  readonly fromNode?: string;
  readonly toNode?: string;
  /** Text after `due to`, or the quoted reason of fencing. */
  readonly reason?: string;
  /** Wanted, but impossible now. */
  readonly blocked: boolean;
}

/** Why a resource was placed on one node, or not. */
export interface NodeExplanation {
  readonly node: string;
  readonly score: number;
  /** What made up the score: they add up to it. */
  readonly contributions: readonly ScoreChange[];
  readonly chosen: boolean;
  /** Why the resource is not here. Absent on the chosen node. */
  readonly whyNot?: string;
}

/** Why one action is wanted, and what keeps it from running. */
export interface ActionExplanation {
  readonly key: string;
  readonly node?: string;
  /** Why it is wanted or impossible. */
  readonly reason?: string;
  readonly runnable: boolean;
  /** Keys of unrunnable actions it waits for. */
  readonly blockedBy: readonly string[];
}

/** Placement and actions of one resource, explained. */
export interface ResourceExplanation {
  readonly resource: string;
  /** The lines of the transition summary about it. */
  readonly decisions: readonly Decision[];
  readonly nodes: readonly NodeExplanation[];
  readonly actions: readonly ActionExplanation[];
}

/** Everything one computation decides. */
export interface PolicyResult {
  readonly graph: ActionGraph;
  /** Unsorted, as recorded while placing. */
  readonly scores: readonly ScoreLine[];
  /** The same with what resources take of the capacities of their nodes, in the order of the placement. */
  readonly placement: readonly (ScoreLine | UtilizationLine)[];
  readonly decisions: readonly Decision[];
  /** State after the computation; see state/role.ts for the conventions. */
  readonly state: ClusterState;
  readonly explanation: readonly ResourceExplanation[];
  readonly warnings: readonly string[];
}
