/** A member as another machine reaches it. */
export interface MemberContact {
  readonly name: string;
  readonly peerId: string;
  /** One `host:port` per link, index = link number. */
  readonly addresses: readonly string[];
}

/** Value of the leader's answer to a `token` request: what a join token has to hold beside the ticket's key. */
export interface TokenGrant {
  readonly clusterUuid: string;
  readonly clusterName: string;
  readonly members: readonly MemberContact[];
  /** Epoch milliseconds after which the ticket is refused. */
  readonly expiresAtMs: number;
}

/** Value of the leader's answer to a `join` request: what the new member writes to its store before it starts. */
export interface JoinGrant {
  readonly clusterUuid: string;
  readonly clusterName: string;
  /** Every member including the new one. */
  readonly members: readonly MemberContact[];
}

/** Name of the transport's request protocol over which a joiner sends its `join` request as JSON. */
export const JOIN_PROTOCOL = '/holdfast/join/1';

/** Body of a request of the join protocol. */
export interface JoinRequest {
  readonly peerId: string;
  readonly name: string;
  readonly addresses: readonly string[];
}
