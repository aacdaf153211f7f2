import type { CommandOutcome, ReplicatedCommand } from './command.ts';

/**
 * A configuration change waits at most this long for the one under way, so that what comes meanwhile shares its
 * messages and disk writes. One client never waits; with several, each pays at most this and all together gain: a
 * round costs the same for one change and for many. Milliseconds.
 */
const GATHER_MS = 5;
/**
 * Those whose changes were just answered together mostly come back together: the first of them waits this long for as
 * many as there were. Without it a round of one and a round of all the others would alternate. Milliseconds.
 */
const RETURN_MS = 2;
const UNHURRIED: ReadonlySet<ReplicatedCommand['kind']> = new Set([
  'configure',
  'stage',
  'configureStaged',
  'unstage',
]);
const NEVER = Number.POSITIVE_INFINITY;

/** Called once a proposal is decided: its outcomes, or null when it may or may not have been applied. */
export type Decided = (outcomes: readonly CommandOutcome[] | null) => void;

/** Commands that are to be applied together. */
export interface Proposal {
  readonly commands: readonly ReplicatedCommand[];
  readonly decided: Decided | undefined;
}

/** Nothing but changes of the configuration: what may wait a little, for company or until others hear of it. */
export function isUnhurried(commands: readonly ReplicatedCommand[]): boolean {
  return commands.every(({ kind }) => UNHURRIED.has(kind));
}

/** What is to be put into the log, and when: at once, or together with what comes while a round is under way. */
export class ProposalQueue {
  private waiting: Proposal[] = [];
  /** Some of those that wait must not. */
  private hurried = false;
  /** Log index of the newest configuration change proposed here, until its round has ended. */
  private newestIndex = 0;
  /** Changes of the newest round. */
  private roundSize = 0;
  /** How many may be together soon after the end of the last round: those it answered, and those that waited then. */
  private expected = 0;
  /** Since when the oldest waits; at least since the end of the last round. */
  private sinceMs = NEVER;
  private untilMs = NEVER;

  add(proposal: Proposal): void {
    if (!isUnhurried(proposal.commands)) this.hurried = true;
    this.waiting.push(proposal);
  }

  /** Whether something is to be proposed now, as of the last `gather`. */
  get ready(): boolean {
    return this.waiting.length > 0 && this.untilMs === NEVER;
  }

  /** Nothing waits and nothing is under way: `gather` has nothing to decide. */
  get isIdle(): boolean {
    return this.waiting.length === 0 && this.newestIndex === 0;
  }

  /** When what is gathered is proposed at the latest. */
  nextDeadlineMs(): number {
    return this.untilMs;
  }

  /** Decides whether what waits goes on waiting. */
  gather(nowMs: number, commitIndex: number): void {
    const { waiting } = this;
    const underWay = this.newestIndex > commitIndex;
    if (!underWay && this.newestIndex > 0) {
      this.newestIndex = 0;
      this.expected = this.roundSize + waiting.length;
      this.sinceMs = NEVER;
    }
    if (waiting.length > 0 && this.sinceMs === NEVER) this.sinceMs = nowMs;
    const waitMs = underWay ? GATHER_MS : waiting.length < this.expected ? RETURN_MS : 0;
    const dueMs = this.sinceMs + waitMs;
    this.untilMs = this.hurried || waiting.length === 0 || nowMs >= dueMs ? NEVER : dueMs;
  }

  take(): readonly Proposal[] {
    const { waiting } = this;
    this.waiting = [];
    this.hurried = false;
    this.sinceMs = NEVER;
    this.untilMs = NEVER;
    this.roundSize = 0;
    this.expected = 0;
    return waiting;
  }

  /** A proposal got its place in the log. */
  placed({ commands }: Proposal, index: number): void {
    if (!isUnhurried(commands)) return;
    this.newestIndex = index;
    this.roundSize++;
  }

  /** Leadership ended: whatever is under way is nobody's to wait for. */
  forgetPlaced(): void {
    this.newestIndex = 0;
    this.expected = 0;
  }
}
