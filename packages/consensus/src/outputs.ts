import type { Entry, Snapshot } from './entry.ts';
import type { OutboundMessage } from './message.ts';
import type { PersistBatch } from './persistent-state.ts';
import type { Members } from './quorum/voters.ts';

/**
 * What this member is doing. `pre-candidate` asks whether an election would succeed and has not raised its
 * term; members without a vote stay `follower`.
 */
export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

/** Answer to `requestRead`: once everything up to `index` is applied here, the state is fit to read. */
export interface ReadState {
  readonly token: unknown;
  /** Undefined when leadership ended before it was confirmed: ask again, at the new leader. */
  readonly index: number | undefined;
}

/** Something the caller may want to react to or log. */
export type ConsensusEvent =
  | { readonly type: 'role-changed'; readonly role: Role; readonly term: number }
  | { readonly type: 'leader-changed'; readonly leader: string | undefined; readonly term: number }
  /** This leader stepped down because a majority did not answer (CheckQuorum, rule 5). */
  | { readonly type: 'quorum-lost'; readonly term: number }
  /** The list in force changed; it is final once `committedMembers` shows it. */
  | { readonly type: 'members-changed'; readonly members: Members; readonly index: number }
  /** A member's log ends before what it had acknowledged to this leader: its store went back (rule 16). */
  | { readonly type: 'member-regressed'; readonly member: string; readonly acknowledged: number }
  | { readonly type: 'transfer-ended'; readonly to: string; readonly outcome: 'handed-over' | 'given-up' };

/** What the core wants done. Everything in one `Outputs` may start at once, in any order. */
export interface Outputs {
  /**
   * To send now; whatever depends on a disk write is held back until `persisted`. May be lost or repeated.
   */
  readonly messages: readonly OutboundMessage[];
  /** To be written; then call `persisted(token)`. At most one per call, several may be under way. */
  readonly persist: PersistBatch | undefined;
  /** Replace the caller's state by this one before applying `committed`. It is on disk already. */
  readonly install: Snapshot | undefined;
  /**
   * Newly committed entries in order, all of them on this member's disk. Each entry is given once per run.
   */
  readonly committed: readonly Entry[];
  readonly reads: readonly ReadState[];
  readonly events: readonly ConsensusEvent[];
}
