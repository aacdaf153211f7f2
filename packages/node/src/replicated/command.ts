import type { ApiError } from '@holdfast/protocol';

/** One possible holder of an exclusive instance: a life of a member. */
export interface Holder {
  readonly node: string;
  readonly incarnation: number;
  /** It may come there by a live migration, without an operation on that member. Absent: it may not. */
  readonly arriving?: true;
  /** Of the state only: log index since which it may come there. */
  readonly since?: number;
}

/** An exclusive instance and a life of a member that may hold it. */
export interface Holding extends Holder {
  readonly instance: string;
}

/** Why a holding ended; kept in the log for the audit (S2). */
export type ReleaseEvidence = 'stopped' | 'probed' | 'unsafe';

/**
 * What the replicated log's command entries hold. Deterministic: applied in order, every member reaches the same state.
 * Wall-clock stamps were read by the proposer and travel with the command.
 */
export type ReplicatedCommand =
  | { readonly kind: 'configure'; readonly change: unknown; readonly origin: string; readonly atMs: number }
  /** One part of a change too large for one entry: see StagedChanges. */
  | {
      readonly kind: 'stage';
      readonly id: string;
      /** From 0. */
      readonly part: number;
      readonly operations: readonly unknown[];
    }
  /** All parts are there: the change is applied here, or with `dryRun` only checked. */
  | {
      readonly kind: 'configureStaged';
      readonly id: string;
      readonly parts: number;
      readonly dryRun: boolean;
      readonly origin: string;
      readonly atMs: number;
    }
  /** Its sender has given up; void if another part has come. */
  | { readonly kind: 'unstage'; readonly id: string; readonly parts: number }
  /** Permanent node attribute; null removes it. */
  | {
      readonly kind: 'nodeAttribute';
      readonly node: string;
      readonly name: string;
      readonly value: string | null;
    }
  | {
      readonly kind: 'addMember';
      readonly name: string;
      readonly peerId: string;
      readonly addresses: readonly string[];
      readonly voter: boolean;
      readonly witness: boolean;
      /** The ticket that is used up; null for the founder. */
      readonly ticketPeerId: string | null;
      readonly atMs: number;
    }
  | {
      readonly kind: 'ticket';
      readonly peerId: string;
      readonly name: string | null;
      readonly voter: boolean;
      readonly witness: boolean;
      /** Epoch milliseconds. */
      readonly expiresAtMs: number;
    }
  /** Rule 6: a leader acknowledges this life of a member. */
  | {
      readonly kind: 'admit';
      readonly node: string;
      readonly incarnation: number;
      /** Random name of this life. Absent in logs from before lives had names. */
      readonly life?: string;
      /** Newest level this life speaks. Absent: 1. */
      readonly featureLevel?: number;
    }
  /** S14: every member speaks this level, so that it may be used. Void when one does not. */
  | { readonly kind: 'featureLevel'; readonly level: number }
  /** Rule 17: every member knows what `unsafe-recovery` asks of it since that entry. Void for an older one. */
  | { readonly kind: 'unsafeKnown'; readonly index: number }
  /** Rule 6: the probes of this life are recorded; it may be given starts. */
  | { readonly kind: 'probed'; readonly node: string; readonly incarnation: number }
  /** Rule 11: this life has armed (or with null has no) watchdog. */
  | {
      readonly kind: 'watchdog';
      readonly node: string;
      readonly incarnation: number;
      readonly timeoutMs: number | null;
      /** Number of that word in this life; older ones are void. Absent in old logs: newer than the one before. */
      readonly round?: number;
    }
  /** The member is out of reach. With `unsafe` its holdings end without proof (rule 17's opt-out). */
  | {
      readonly kind: 'lost';
      readonly node: string;
      readonly incarnation: number;
      readonly unsafe: boolean;
      readonly atMs: number;
    }
  | {
      readonly kind: 'leaving';
      readonly node: string;
      readonly incarnation: number;
      readonly demote: boolean;
    }
  /** The member stopped everything and left. */
  | { readonly kind: 'left'; readonly node: string; readonly incarnation: number }
  /** S2: this life may hold the instance from here on. */
  | { readonly kind: 'grant'; readonly holdings: readonly Holding[] }
  | {
      readonly kind: 'release';
      readonly holdings: readonly Holding[];
      readonly evidence: ReleaseEvidence;
    }
  /** Rule 8: proof that this life has ended. `operator` is the method of a manual confirmation. */
  | {
      readonly kind: 'proof';
      readonly target: string;
      readonly targetIncarnation: number;
      readonly method: 'off' | 'reset' | 'fabric' | 'watchdog' | 'operator';
      readonly device: string;
      readonly atMs: number;
    }
  /** S11: what a person decided, with the name and the reason. */
  | {
      readonly kind: 'audit';
      readonly action: string;
      readonly who: string;
      readonly reason: string;
      readonly atMs: number;
    }
  /** Rule 16: the store of this identity is older than what it has promised. */
  | {
      readonly kind: 'outdated';
      readonly node: string;
      readonly peerId: string;
      readonly problem: string;
      readonly atMs: number;
    }
  | { readonly kind: 'stopAll'; readonly origin: string; readonly atMs: number }
  /** Rule 10: the survivor goes on alone; what others acknowledged after `lastIndex` is lost. */
  | {
      readonly kind: 'recover';
      readonly survivor: string;
      readonly epoch: number;
      readonly operator: string;
      readonly reason: string;
      readonly atMs: number;
      readonly lastIndex: number;
    };

/** Outcome of one command, the same on every member. */
export type CommandOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ApiError };
