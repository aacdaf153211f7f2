/** Body of POST /v1/init. */
export interface InitRequest {
  /** Name of the new cluster. */
  readonly clusterName: string;
}

/** Body of POST /v1/join. */
export interface JoinByTokenRequest {
  readonly token: string;
}

/** Body of POST /v1/token. Defaults: a voter that hosts resources, 3,600,000 ms. */
export interface TokenRequest {
  /** Only a machine of this name may use the token. */
  readonly name?: string;
  readonly voter?: boolean;
  readonly witness?: boolean;
  readonly validMs?: number;
  readonly origin: string;
}

/** Value of POST /v1/token. */
export interface TokenAnswer {
  /** One line to paste after `holdfast cluster join`. */
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
}

/** Body of POST /v1/recover. */
export interface RecoverRequest {
  /** The member that goes on; the one that is asked. */
  readonly survivor: string;
  /** Who decides this, and why: kept in the audit record (S11). */
  readonly operator: string;
  readonly reason: string;
}

/** Value of GET /v1/daemon: facts of one daemon that need no cluster. */
export interface DaemonReport {
  readonly name: string;
  readonly version: string;
  readonly pid: number;
  readonly peerId: string;
  /** `waiting` belongs to no cluster yet; `stopping` leaves or ends. */
  readonly state: 'waiting' | 'member' | 'stopping';
  readonly clusterName: string | null;
  readonly clusterUuid: string | null;
  readonly startedAtMs: number;
  readonly addresses: readonly string[];
  /** True when POST /v1/development is open. */
  readonly development: boolean;
}

/** Body of POST /v1/agents: names like `ocf:heartbeat:IPaddr2` or `systemd:nginx`. */
export interface AgentsRequest {
  readonly agents: readonly string[];
}

/** Value of POST /v1/agents: those that are not installed on the machine that answers. */
export interface AgentsReport {
  readonly node: string;
  readonly missing: readonly string[];
}

/** Body of POST /v1/development: names of members whose frames this daemon drops, in both directions. */
export interface DevelopmentRequest {
  readonly dropPeers: readonly string[];
}

/** Something that happened on the member that answers, as its log has it. */
export interface ClusterEvent {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  /** Stable name, e.g. `member-lost`. */
  readonly event: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds. */
  readonly atMs: number;
}
