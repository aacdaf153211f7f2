import type { Pledge } from '@holdfast/consensus';
import type { ActionGraph, ClusterInformation } from '@holdfast/model';
import type {
  AgentResult,
  AgentRun,
  FenceResult,
  FenceRun,
  LogRecord,
  StoredState,
  StoreOperation,
  TransportPeer,
} from '@holdfast/ports';
import type { ApiRequest, ApiResponse } from '@holdfast/protocol';
import type { RememberedPeer } from './lives/peer-memory.ts';

/**
 * Inputs and outputs of one cluster member. `ClusterNode.step(input)` returns outputs in the order in which they must be
 * carried out. Nothing here performs I/O: the daemon and the simulator do.
 *
 * `nowMs` is a monotonic clock of this process; it never goes back. `wallMs` is epoch time, used only for what people
 * read and for time rules, never for safety.
 */
export type NodeInput =
  | { readonly kind: 'start'; readonly nowMs: number; readonly wallMs: number; readonly stored: StoredState }
  | { readonly kind: 'tick'; readonly nowMs: number; readonly wallMs: number }
  /** A decoded, validated envelope from an admitted peer, with the link it came in on. */
  | {
      readonly kind: 'message';
      readonly nowMs: number;
      readonly from: string;
      readonly link: number;
      readonly message: unknown;
    }
  | {
      readonly kind: 'gossip';
      readonly nowMs: number;
      readonly from: string;
      readonly topic: string;
      readonly payload: unknown;
    }
  /** The persist output with this token is on disk. */
  | { readonly kind: 'persisted'; readonly nowMs: number; readonly token: number }
  | {
      readonly kind: 'agentResult';
      readonly nowMs: number;
      readonly wallMs: number;
      readonly result: AgentResult;
    }
  | {
      readonly kind: 'fenceResult';
      readonly nowMs: number;
      readonly wallMs: number;
      readonly result: FenceResult;
    }
  /** The policy engine has finished (worker thread in the daemon, inline in the simulator). */
  | {
      readonly kind: 'computed';
      readonly nowMs: number;
      readonly token: number;
      readonly result: PolicyAnswer;
    }
  | {
      readonly kind: 'request';
      readonly nowMs: number;
      readonly wallMs: number;
      readonly requestId: number;
      readonly request: ApiRequest;
    }
  | { readonly kind: 'watchdog'; readonly nowMs: number; readonly armedTimeoutMs: number | null }
  /** SIGTERM: leave cleanly within the time given. */
  | { readonly kind: 'shutdown'; readonly nowMs: number; readonly timeoutMs: number };

/** What a step wants done. */
export type NodeOutput =
  /** Everything this step has for one peer on one link comes as one envelope. Without `link`: the best link. */
  | { readonly kind: 'send'; readonly to: string; readonly link?: number; readonly message: unknown }
  | { readonly kind: 'gossip'; readonly topic: string; readonly payload: unknown }
  /** Write and fsync, then feed back `persisted` with the token. Batches complete in order. */
  | { readonly kind: 'persist'; readonly token: number; readonly batch: readonly StoreOperation[] }
  | { readonly kind: 'runAgent'; readonly run: AgentRun }
  | { readonly kind: 'cancelAgent'; readonly runId: number }
  | { readonly kind: 'runFence'; readonly run: FenceRun }
  | { readonly kind: 'compute'; readonly token: number; readonly input: ClusterInformation }
  | { readonly kind: 'watchdog'; readonly action: 'arm' | 'pet' | 'disarm'; readonly timeoutMs?: number }
  | { readonly kind: 'answer'; readonly requestId: number; readonly response: ApiResponse }
  /** The admission list changed. */
  | { readonly kind: 'peers'; readonly peers: readonly TransportPeer[] }
  | { readonly kind: 'log'; readonly record: LogRecord }
  /** End the process: a clean leave is complete, or this member must not go on. */
  | { readonly kind: 'exit'; readonly clean: boolean; readonly reason: string };

/** What the node needs of a policy result. */
export interface PolicyAnswer {
  readonly graph: ActionGraph;
  /** One line per decision for logs and status. */
  readonly summary: readonly string[];
  /** Resource or instance id -> why it is stopped or blocked. */
  readonly reasons: Readonly<Record<string, string>>;
  /** Explanation as data, kept with the transition. */
  readonly explanation: unknown;
  /** Set when the engine refused the input; then the graph is empty. */
  readonly error?: string;
}

/** Fixed facts of one member, from its local configuration. Times in milliseconds. */
export interface NodeOptions {
  readonly name: string;
  readonly clusterUuid: string;
  readonly clusterName: string;
  readonly peerId: string;
  /** Own addresses, index = link number. */
  readonly addresses: readonly string[];
  /** Default 200. */
  readonly heartbeatIntervalMs: number;
  /** Silence on all links after which a member is lost. Default 1000. */
  readonly detectionTimeoutMs: number;
  /** Seed of the node's own random draws (election timeouts); the daemon passes real entropy. */
  readonly randomSeed: number;
  /** Default 0: twice the number of processor cores, as told by the daemon in `cores`. */
  readonly maxParallelActions: number;
  readonly cores: number;
  /** Newest feature level this member speaks; given in tests of mixed versions. @default FEATURE_LEVEL */
  readonly featureLevel?: number;
  /** Changes with each boot of the machine; empty when the host cannot tell. What is `transient` ends with it. */
  readonly bootId: string;
  /** Random name of this life, never used before: tells a restored store from the one it was copied from (rule 16). */
  readonly lifeId: string;
}

/**
 * A view into one member for checkers, metrics and tests: `ClusterNode.inspect()`. Cheap; called often by the simulator.
 */
export interface NodeInspection {
  readonly name: string;
  readonly incarnation: number;
  readonly role: 'follower' | 'candidate' | 'leader' | 'learner';
  readonly term: number;
  readonly leader: string | null;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  /** The level the cluster works at: nothing that only a newer one can read may be produced (S14). */
  readonly featureLevel: number;
  /** Hash of the replicated state at `appliedIndex` (S5). */
  readonly stateHash: string;
  /** Rule 6 and the lease of rule 5: may this member execute new starts now? */
  readonly authority: boolean;
  /** Exclusive instances -> holders the replicated state still counts as possible (node and incarnation). */
  readonly holders: ReadonlyMap<string, readonly { readonly node: string; readonly incarnation: number }[]>;
  readonly voters: readonly string[];
  /** Whether that list is known to be committed: until then every decision needs a majority of the one before, too. */
  readonly votersCommitted: boolean;
  /** What others may count on that this member's disk holds; undefined while that is changing. */
  readonly pledge: Pledge | undefined;
  /** What this member's disk remembers of the others (rule 16). */
  readonly remembered: ReadonlyMap<string, RememberedPeer>;
}
