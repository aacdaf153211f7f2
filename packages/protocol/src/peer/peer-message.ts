import type { GraphAction, ResourceHistory } from '@holdfast/model';
import type { ApiRequest, ApiResponse, ReadIndexRequest } from '../control.ts';
import type { MemberContact } from '../membership-answers.ts';

/** A message of the consensus cores; checked and typed by `consensus`. */
export interface ConsensusPart {
  readonly kind: 'consensus';
  readonly body: unknown;
}

/** A message of the membership cores (heartbeats, probes); checked and typed by `membership`. */
export interface MembershipPart {
  readonly kind: 'membership';
  readonly body: unknown;
}

/** Member to leader, along with heartbeats: asks for authority from this moment of the member's own clock. */
export interface LeaseAsk {
  readonly kind: 'leaseAsk';
  /** The asking life of the member. Each has a clock of its own. */
  readonly incarnation: number;
  /** The asking member's clock; means nothing to anybody else. */
  readonly sentAtMs: number;
}

/**
 * The leader's answer to the newest ask: it had a majority `quorumOffsetMs` after (negative: before) the ask came in.
 * Rule 5: the member counts its lease from its own send time plus this offset, whichever is earlier.
 */
export interface LeaseGrant {
  readonly kind: 'lease';
  readonly term: number;
  /** Echo of the ask: its life, and when it was sent by that life's clock. Void for any other life. */
  readonly incarnation: number;
  readonly sentAtMs: number;
  readonly quorumOffsetMs: number;
}

/** A member introduces its present life to the leader (rule 6). Repeated until the leader has admitted it. */
export interface Hello {
  readonly kind: 'hello';
  readonly incarnation: number;
  /** Random name of that life. */
  readonly life: string;
  /** Newest feature level this daemon speaks. */
  readonly featureLevel: number;
  /** Armed watchdog timeout; null without one (rule 11). */
  readonly watchdogMs: number | null;
  /** Number of that word in this life: what comes late does not undo a newer one. */
  readonly watchdogRound: number;
}

/** Rule 7: what a command must carry beside the cluster UUID of its envelope. */
export interface FencingToken {
  readonly term: number;
  /** Number of the transition within the term. */
  readonly transition: number;
  /** Log index of the newest configuration the leader had. */
  readonly configIndex: number;
  /** Incarnation of the member that is to obey. */
  readonly incarnation: number;
}

/** One action a member is to carry out. */
export interface Command {
  readonly kind: 'command';
  readonly token: FencingToken;
  /** Not before this log index is applied: it holds the grant that allows the action. */
  readonly afterIndex: number;
  readonly action: GraphAction;
}

/** Makes older commands void and asks for a report (rule 7). */
export interface Barrier {
  readonly kind: 'barrier';
  readonly term: number;
  readonly transition: number;
}

/** The leader wants something small done to a member's own records. */
export interface RecordsOrder {
  readonly kind: 'records';
  readonly term: number;
  /** `cleanup` forgets failures, `reprobe` all history, `attribute` sets a transient attribute. */
  readonly order: 'cleanup' | 'reprobe' | 'attribute';
  readonly resource: string | null;
  readonly operation: string | null;
  readonly name: string | null;
  readonly value: string | null;
}

/** The member has these commands; they need not be repeated. */
export interface CommandsReceived {
  readonly kind: 'received';
  readonly term: number;
  readonly transition: number;
  readonly actions: readonly number[];
}

/** How one command ended. */
export interface CommandResult {
  readonly term: number;
  readonly transition: number;
  readonly action: number;
  /** `refused`: rule 7 or lost authority; nothing was executed. */
  readonly outcome: 'done' | 'failed' | 'refused';
  readonly rcCode: number;
  readonly reason: string | null;
}

/** What a member tells the leader about itself: everything at first, then what changed. Repeated until acknowledged. */
export interface MemberReport {
  readonly kind: 'report';
  /** The leader's term; a report for another term is void. */
  readonly term: number;
  readonly incarnation: number;
  /** First life of this member on the present boot of its machine. Absent or 0: not known. */
  readonly bootSince?: number;
  readonly sequence: number;
  /** True: replaces everything the leader knew of this member. */
  readonly full: boolean;
  /** Something happened that no command asked for: plans made before are out of date. */
  readonly unsolicited: boolean;
  /** Newest (term, transition) obeyed: older commands can no longer take effect here. */
  readonly obeyed: { readonly term: number; readonly transition: number };
  /** Changed histories. */
  readonly histories: readonly ResourceHistory[];
  /** Resources whose history was deleted. */
  readonly removed: readonly string[];
  /** All transient attributes, fail counts included, when they changed; else null. */
  readonly attributes: Readonly<Record<string, string>> | null;
  readonly results: readonly CommandResult[];
  /** Operation keys in flight here right now. */
  readonly inFlight: readonly string[];
  readonly appliedIndex: number;
  /** S5: hash of the replicated state at `appliedIndex`. */
  readonly stateHash: string;
}

/** The leader has this report; sequence 0: it has none of this member and wants everything. */
export interface ReportReceived {
  readonly kind: 'reportReceived';
  readonly term: number;
  /** Life of the member that reported, or is to report. */
  readonly incarnation: number;
  readonly sequence: number;
}

/** The leader has one fence agent run made by this member. */
export interface FenceCommand {
  readonly kind: 'fence';
  readonly term: number;
  readonly attempt: number;
  readonly target: string;
  readonly agent: string;
  readonly action: string;
  readonly targetName: string;
  readonly targetArgument: string | null;
  readonly targetCheck: 'list' | 'status' | null;
  readonly parameters: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface FenceAnswer {
  readonly kind: 'fenceAnswer';
  readonly term: number;
  readonly attempt: number;
  readonly ok: boolean;
  readonly problem: string;
}

/** An API request passed on to the leader, and its answer. */
export interface ForwardedRequest {
  readonly kind: 'request';
  readonly id: number;
  readonly request: ApiRequest | ReadIndexRequest;
}

export interface ForwardedResponse {
  readonly kind: 'response';
  readonly id: number;
  readonly response: ApiResponse;
}

/** A member wants to leave; the leader moves its resources away and then lets it go. Repeated until `released`. */
export interface LeaveWish {
  readonly kind: 'leave';
  readonly incarnation: number;
  /** False: the whole cluster stops and the voter list stays as it is (rule 13). */
  readonly demote: boolean;
}

/** The leader has committed that this incarnation has left cleanly. */
export interface LeaveReleased {
  readonly kind: 'released';
  readonly incarnation: number;
}

/** To a member of an older epoch, under that epoch's identity: it was left behind by a forced recovery (rule 10). */
export interface BarredNotice {
  readonly kind: 'barred';
  /** The cluster's identity now. */
  readonly cluster: string;
}

/** Everything members say to each other. */
export type PeerMessage =
  | ConsensusPart
  | MembershipPart
  | LeaseAsk
  | LeaseGrant
  | Hello
  | Command
  | Barrier
  | RecordsOrder
  | CommandsReceived
  | MemberReport
  | ReportReceived
  | FenceCommand
  | FenceAnswer
  | ForwardedRequest
  | ForwardedResponse
  | LeaveWish
  | LeaveReleased
  | BarredNotice
  | PledgeNews
  | RememberedLife
  | ContinuedLife
  | OutdatedStore
  | RosterAsk
  | RosterNews;

/** What a member has told others is on its disk; see `Pledge` of consensus. */
export interface PledgeFacts {
  readonly term: number;
  readonly votedFor: string | null;
  readonly index: number;
  readonly entryTerm: number;
}

/** Along with heartbeats, to everybody: what this life's disk vouches for (rule 16). */
export interface PledgeNews {
  readonly kind: 'pledge';
  readonly pledge: PledgeFacts;
}

/**
 * Answer to a life of the receiver that the sender has not met: the newest life it remembers of this name and identity,
 * and what that had promised. Until the receiver says that it continues from there nothing it says is used (rule 16).
 */
export interface RememberedLife {
  readonly kind: 'remembered';
  readonly peerId: string;
  readonly incarnation: number;
  readonly life: string;
  readonly pledge: PledgeFacts | null;
}

/** The sender's store holds the life that was remembered and what it had promised. */
export interface ContinuedLife {
  readonly kind: 'continues';
  /** The remembered life. */
  readonly after: string;
}

/** The sender's store is older than what it has promised: it ends, and its identity must not be counted again. */
export interface OutdatedStore {
  readonly kind: 'outdated';
  readonly peerId: string;
  readonly problem: string;
}

/** A member that has heard no leader for long asks another one whether it knows a newer member list. */
export interface RosterAsk {
  readonly kind: 'rosterAsk';
  /** How far the log of the sender is applied. */
  readonly index: number;
}

/** The member list as of a log index that the receiver has not come to. */
export interface RosterNews {
  readonly kind: 'roster';
  readonly index: number;
  readonly members: readonly MemberContact[];
}

/** What one step of one member has for one peer on one link: one frame. */
export interface Envelope {
  /** Rule 1: messages of another cluster are refused. */
  readonly cluster: string;
  /** Incarnation of the sender. */
  readonly incarnation: number;
  /** Random name of that life: a restored store may come to the same number twice (rule 16). */
  readonly life: string;
  readonly parts: readonly PeerMessage[];
}
