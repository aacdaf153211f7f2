import type { Members } from './quorum/voters.ts';

/** Why a member list changed; recorded with it for people and for the audit trail. */
export interface MembersChangeNote {
  /** `bootstrap`, the kind of change, `sole-voter` (rule 9) or `forced` (rule 10). */
  readonly reason: string;
  /** The member concerned. */
  readonly member?: string;
  /** Proof, operator and the like: opaque here, JSON. */
  readonly details?: unknown;
}

/** Payload of an entry of kind `voters`. It takes effect where it is appended, not where it is committed. */
export interface VotersPayload {
  readonly members: Members;
  readonly note: MembersChangeNote;
}

interface EntryPosition {
  /** 1 for the first entry of a cluster. */
  readonly index: number;
  readonly term: number;
  /** Size of the encoded payload as the proposer gave it; bounds messages and the uncommitted tail. */
  readonly bytes: number;
}

/** Opens a leader's term (rule 4). */
export interface NoopEntry extends EntryPosition {
  readonly kind: 'noop';
  readonly payload: null;
}

/** Changes the member list (rules 1, 4, 9, 10, 13). */
export interface VotersEntry extends EntryPosition {
  readonly kind: 'voters';
  readonly payload: VotersPayload;
}

/** The caller's business: opaque here, JSON. */
export interface CommandEntry extends EntryPosition {
  readonly kind: 'command';
  readonly payload: unknown;
}

/** One entry of the replicated log. Assignable to `StoredEntry` of @holdfast/ports. */
export type Entry = NoopEntry | VotersEntry | CommandEntry;

/** The state after all entries up to `index`, replacing them. */
export interface Snapshot {
  readonly index: number;
  readonly term: number;
  /** The member list as of `index`. */
  readonly members: Members;
  /** The caller's state as text: opaque here. It travels in parts. */
  readonly data: string;
}

/** Size charged for entries without a payload of the caller. */
export const smallEntryBytes = 64;
