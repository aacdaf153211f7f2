import type { ErrorCode } from '@holdfast/model';

/**
 * The control API: JSON over HTTP on a Unix socket. Every answer is `ApiResponse`; live status and events come as
 * server-sent events from GET /v1/watch. Paths are listed in CONTROL_PATHS.
 */
export const CONTROL_PATHS = {
  status: 'GET /v1/status',
  watch: 'GET /v1/watch',
  configuration: 'GET /v1/configuration',
  change: 'POST /v1/configuration',
  /** One part of a change too large for one request: `stage`. The change itself then names its parts. */
  stage: 'POST /v1/configuration/parts',
  cleanup: 'POST /v1/cleanup',
  fence: 'POST /v1/fence',
  confirmFenced: 'POST /v1/confirm-fenced',
  token: 'POST /v1/token',
  leave: 'POST /v1/leave',
  stopAll: 'POST /v1/stop-all',
  attribute: 'POST /v1/attribute',
  explain: 'GET /v1/explain',
  transition: 'GET /v1/transition',
  /** Answered by the daemon itself, also before it is a member: see DaemonReport. */
  daemon: 'GET /v1/daemon',
  /** Answered by the daemon itself: which agents its machine does not have. AgentsRequest, AgentsReport. */
  agents: 'POST /v1/agents',
  /** Makes a daemon that belongs to no cluster the first member of a new one: InitRequest. */
  init: 'POST /v1/init',
  /** Makes a daemon that belongs to no cluster join one: JoinByTokenRequest. */
  join: 'POST /v1/join',
  /** Forced recovery when a majority is gone for good, on the machine that survives: RecoverRequest. */
  recover: 'POST /v1/recover',
  /** Development daemons only: DevelopmentRequest. */
  development: 'POST /v1/development',
} as const;

/** A request that reaches the node core. `change` is a ConfigurationChange of @holdfast/model as JSON. */
export type ApiRequest =
  | { readonly kind: 'status' }
  | { readonly kind: 'configuration' }
  | { readonly kind: 'change'; readonly change: unknown; readonly dryRun?: boolean; readonly origin: string }
  /**
   * One part of a change that is too large for one request or log entry: some of its operations. Parts are sent in
   * order, each once the one before was answered; sent again, a part counts once. `changeStaged` applies them together.
   */
  | {
      readonly kind: 'stage';
      /** Chosen by the client, never used before. */
      readonly id: string;
      /** From 0. */
      readonly part: number;
      readonly operations: readonly unknown[];
    }
  | {
      readonly kind: 'changeStaged';
      readonly id: string;
      readonly parts: number;
      readonly dryRun?: boolean;
      readonly origin: string;
    }
  | {
      readonly kind: 'cleanup';
      readonly resource?: string;
      readonly node?: string;
      readonly operation?: string;
      readonly origin: string;
    }
  | {
      readonly kind: 'fence';
      readonly node: string;
      readonly action: 'off' | 'reboot';
      readonly origin: string;
    }
  /** A named operator states that the node is powered off (rule 8); recorded with the name and the reason. */
  | {
      readonly kind: 'confirmFenced';
      readonly node: string;
      /** The life that is meant: filled in by the member that is asked, from what it knows then. */
      readonly incarnation?: number;
      readonly operator: string;
      readonly reason: string;
    }
  /** Admits one new member for a limited time; the answer holds what the join token needs. */
  | {
      readonly kind: 'token';
      readonly ticketPeerId: string;
      readonly name?: string;
      readonly voter: boolean;
      readonly witness: boolean;
      readonly validMs: number;
      readonly origin: string;
    }
  /** Sent by a joiner over the join protocol: exchanges its ticket for membership. */
  | {
      readonly kind: 'join';
      readonly ticketPeerId: string;
      readonly peerId: string;
      readonly name: string;
      readonly addresses: readonly string[];
    }
  /** This member leaves: resources move away first, then the daemon ends. */
  | { readonly kind: 'leave'; readonly timeoutMs: number }
  | { readonly kind: 'stopAll'; readonly origin: string }
  | {
      readonly kind: 'attribute';
      readonly node: string;
      readonly name: string;
      readonly value: string | null;
      readonly lifetime: 'forever' | 'reboot';
      readonly origin: string;
    }
  | { readonly kind: 'explain'; readonly resource?: string }
  | { readonly kind: 'transition'; readonly id?: string };

/**
 * One member asks the leader from which log index on its own state answers a read that is asked now (S4). So a read
 * costs the leader a number, however large the configuration is.
 */
export interface ReadIndexRequest {
  readonly kind: 'readIndex';
}

/** What the leader answers to a ReadIndexRequest. */
export interface ReadIndexAnswer {
  readonly index: number;
}

/** Answer to an ApiRequest. */
export type ApiResponse =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ApiError };

/** A catalogue error with its texts filled in. */
export interface ApiError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly why: string;
  readonly action: string;
  readonly details: Readonly<Record<string, string | number>>;
}

/** What a member knows of the cluster; every part says how fresh it is. */
export interface StatusReport {
  readonly cluster: {
    readonly name: string;
    readonly uuid: string;
    /** The last forced recovery (rule 10); absent when there was none. */
    readonly recovery?: RecoveryReport;
  };
  /** The member that answered. */
  readonly answeredBy: string;
  readonly leader: string | null;
  readonly term: number;
  readonly quorate: boolean;
  readonly votes: { readonly total: number; readonly present: number; readonly needed: number };
  /** Log index this report is based on. */
  readonly appliedIndex: number;
  /** Milliseconds since the leader's last report; 0 on the leader itself. Null: never heard. */
  readonly ageMs: number | null;
  readonly nodes: readonly NodeReport[];
  readonly resources: readonly ResourceReport[];
  readonly fencing: {
    readonly configured: boolean;
    readonly unsafe: boolean;
    readonly pending: readonly FenceReport[];
    readonly history: readonly FenceReport[];
  };
  readonly failures: readonly FailureReport[];
  /** Current or last transition. */
  readonly transition: {
    readonly id: string;
    readonly state: 'idle' | 'computing' | 'running' | 'blocked';
    readonly pending: number;
    readonly done: number;
  } | null;
  /** Sentences an operator has to know: no fencing configured, tie, blocked resources, ... Empty means all is well. */
  readonly warnings: readonly string[];
}

/** A forced recovery: what a person decided, and what may have been lost by it. */
export interface RecoveryReport {
  /** 1 for the first one. */
  readonly epoch: number;
  readonly survivor: string;
  readonly operator: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** Log index of the survivor's last entry: acknowledged writes after it are lost. */
  readonly lastIndex: number;
  /** Members that may come back only wiped, with a new token. */
  readonly barred: readonly string[];
}

/** One member as the leader sees it. */
export interface NodeReport {
  readonly name: string;
  readonly peerId: string;
  readonly voter: boolean;
  readonly witness: boolean;
  readonly incarnation: number;
  /**
   * `pending` has no authority yet (rule 6); `unclean` is lost without proof; `unknown`: the member asked has no
   * leader and does not hear this one.
   */
  readonly state: 'online' | 'pending' | 'unclean' | 'fenced' | 'offline' | 'unknown';
  readonly standby: boolean;
  readonly maintenance: boolean;
  readonly links: readonly {
    readonly link: number;
    readonly up: boolean;
    readonly lastHeardMs: number | null;
  }[];
}

/** One resource instance: where and how it runs. */
export interface ResourceReport {
  /** Instance id, e.g. `web:0` for clone instances. */
  readonly id: string;
  /** Ids of the containers from the outermost inward, e.g. [`web-clone`]. */
  readonly parents: readonly string[];
  readonly agent: string;
  readonly role: 'Stopped' | 'Started' | 'Promoted' | 'Unpromoted' | 'Starting' | 'Stopping' | 'Unknown';
  readonly nodes: readonly string[];
  readonly managed: boolean;
  readonly disabled: boolean;
  readonly failed: boolean;
  readonly blocked: boolean;
  /** Why it is not running or blocked, in words; null when it runs. */
  readonly reason: string | null;
}

/** One fencing of one member's life. */
export interface FenceReport {
  readonly target: string;
  readonly targetIncarnation: number;
  readonly action: string;
  readonly device: string | null;
  readonly state: 'pending' | 'done' | 'failed';
  readonly requestedBy: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** The last failure of an operation. */
export interface FailureReport {
  readonly resource: string;
  readonly node: string;
  readonly operation: string;
  readonly rcCode: number;
  readonly exitReason: string | null;
  readonly failCount: number;
  readonly atMs: number;
}
