/**
 * What the log knows of one member. `status`:
 * `new` was never admitted; `admitted` has been acknowledged in its present life; `lost` is out of reach without proof;
 * `fenced` is proven gone; `left` went cleanly.
 */
export interface MemberRecord {
  readonly name: string;
  readonly peerId: string;
  readonly addresses: readonly string[];
  /** Is to have a vote once caught up. */
  readonly voter: boolean;
  readonly witness: boolean;
  readonly status: 'new' | 'admitted' | 'lost' | 'fenced' | 'left';
  /** The newest life the cluster acknowledged; 0 before the first. */
  readonly incarnation: number;
  /** Random name of that life; null before the first of this identity (rule 16). */
  readonly life: string | null;
  /** Its store is older than what it has promised: the identity is not counted again (rule 16). */
  readonly outdated: boolean;
  /** Newest feature level of that life; 1 before the first. */
  readonly featureLevel: number;
  /** Rule 6: probes of this life are recorded. */
  readonly probed: boolean;
  /** Rule 11: the armed watchdog's timeout in this life; null without one. Milliseconds. */
  readonly watchdogMs: number | null;
  /** Number of the word of this life that said so; 0 before the first. */
  readonly watchdogRound: number;
  /** Wants to leave: resources move away. */
  readonly leaving: boolean;
  /** Gives its vote back on leaving (rule 13); false when the whole cluster stops. */
  readonly demote: boolean;
}

/**
 * Whether the name may be given to a machine with another identity (rule 16): its last life has ended, or it is a
 * witness out of reach, which holds nothing that would have to be proven stopped.
 */
export function mayBeReplaced({ status, witness }: MemberRecord): boolean {
  return status === 'new' || status === 'left' || status === 'fenced' || (status === 'lost' && witness);
}

/**
 * The highest level that every member speaks (S14). Those that left, or were never here, do not count: they say their
 * level when they come. Lost and fenced ones do: they may come back as they were.
 */
export function commonFeatureLevel(members: Iterable<MemberRecord>): number {
  let level = Number.POSITIVE_INFINITY;
  for (const { status, featureLevel } of members) {
    if (status !== 'new' && status !== 'left') level = Math.min(level, featureLevel);
  }
  return Number.isFinite(level) ? level : 1;
}

/** An admission ticket for one joiner. */
export interface JoinTicket {
  readonly peerId: string;
  readonly name: string | null;
  readonly voter: boolean;
  readonly witness: boolean;
  readonly expiresAtMs: number;
}

export interface AuditRecord {
  readonly action: string;
  readonly who: string;
  readonly reason: string;
  readonly atMs: number;
}

/** The newest proof per target. */
export interface ProofRecord {
  readonly target: string;
  readonly targetIncarnation: number;
  readonly method: 'off' | 'reset' | 'fabric' | 'watchdog' | 'operator';
  readonly device: string;
  readonly atMs: number;
}
