import type { Core } from './core.ts';
import { hasCommittedOwnTerm, quorumContactMs } from './leadership.ts';
import { isReachable } from './membership-change.ts';
import type { Role } from './outputs.ts';
import { forgottenOf, type Pledge, pledgeOf, type StartPosition } from './pledge.ts';
import type { Members } from './quorum/voters.ts';

/** How a leader sees another member. */
export interface MemberProgress {
  readonly name: string;
  /** Highest log index known to be on that member's disk. */
  readonly matchIndex: number;
  readonly mode: 'probe' | 'replicate' | 'snapshot';
  /** Answered within the election timeout. */
  readonly reachable: boolean;
  /**
   * When the newest answered heartbeat was sent, by this leader's clock; undefined before the first answer.
   */
  readonly ackedSentAtMs: number | undefined;
}

/** What one member's consensus core tells of itself. Nothing here changes anything. */
export class ConsensusView {
  protected readonly core: Core;
  private readonly start: StartPosition;

  protected constructor(core: Core, start: StartPosition) {
    this.core = core;
    this.start = start;
  }

  get self(): string {
    return this.core.options.self;
  }

  get role(): Role {
    return this.core.role;
  }

  get term(): number {
    return this.core.term;
  }

  /** The leader of the present term, if known; this member itself when it leads. */
  get leader(): string | undefined {
    return this.core.leader;
  }

  get commitIndex(): number {
    return this.core.commitIndex;
  }

  get lastIndex(): number {
    return this.core.log.lastIndex;
  }

  /** First index still in the log. */
  get firstIndex(): number {
    return this.core.log.firstIndex;
  }

  /** The list in force (appended; maybe not committed yet) and the index that set it. */
  get members(): { readonly index: number; readonly members: Members } {
    return this.core.log.members;
  }

  /** The newest committed list and the index that set it. */
  get committedMembers(): { readonly index: number; readonly members: Members } {
    return this.core.log.membersAt(this.core.commitIndex);
  }

  /**
   * Leader only: whether it was elected before the leases of the leader before it had certainly run out (a transfer, or
   * a leader known to have ended). Otherwise every voter had not heard that one for the election timeout; since any
   * two majorities meet, no lease of its rests on anything newer than this election less that timeout.
   */
  get electedEarly(): boolean {
    return this.core.electedEarly;
  }

  /** When a leader was heard last, by this member's clock; undefined if never in this run. */
  get lastLeaderContactMs(): number | undefined {
    return this.core.lastLeaderContactMs;
  }

  /**
   * Leader only: whether an entry of its own term is committed, so that it may change members and answer
   * reads.
   */
  get hasCommittedOwnTerm(): boolean {
    return this.core.role === 'leader' && hasCommittedOwnTerm(this.core);
  }

  /**
   * Leader only: the last moment at which a majority certainly followed, from the *send* times of answered
   * heartbeats; undefined while there was none. No other member can be elected before this plus
   * `electionTimeoutMinMs` (by the followers' clocks), so a lease must end earlier: subtract clock drift. A
   * sole voter always gets the present.
   */
  quorumContactMs(): number | undefined {
    if (this.core.role !== 'leader') return undefined;
    const contactMs = quorumContactMs(this.core);
    return contactMs === Number.NEGATIVE_INFINITY ? undefined : contactMs;
  }

  /** Leader only: every other member as the leader sees it; empty elsewhere. */
  progress(): MemberProgress[] {
    return [...this.core.peers.values()].map(({ name, matchIndex, mode, ackedSentAtMs }) => ({
      name,
      matchIndex,
      mode,
      reachable: isReachable(this.core, name),
      ackedSentAtMs: ackedSentAtMs === Number.NEGATIVE_INFINITY ? undefined : ackedSentAtMs,
    }));
  }

  /** What others may count on that this member's disk holds; undefined while term or vote are not on disk. */
  pledge(): Pledge | undefined {
    return pledgeOf(this.core);
  }

  /** What of a pledge of an earlier life the store did not hold at the start of this one (rule 16). */
  forgotten(pledge: Pledge): string | undefined {
    return forgottenOf(this.start, pledge);
  }

  /** The term at a log index, if it is still there. */
  termAt(index: number): number | undefined {
    return this.core.log.termAt(index);
  }
}
