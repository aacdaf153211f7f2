import type { NodeContext } from '../node-context.ts';

/** Head start of each member in line for the leadership over the next. Milliseconds; a few round trips and syncs. */
const TURN_MS = 40;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Passes suspicion of the leader on to consensus, one voter after the other in order of names, so that those who
 * noticed at the same moment do not split the vote. Consensus itself still waits until the leader's lease has ended.
 */
export class LeaderSuspicion {
  private readonly context: NodeContext;
  private suspected: string | undefined;
  private dueMs = NEVER;

  constructor(context: NodeContext) {
    this.context = context;
  }

  suspect(peer: string): void {
    const { replica, nowMs, timing } = this.context;
    const { leader, lastLeaderContactMs } = replica.consensus;
    if (leader !== peer || this.suspected === peer) return;
    this.suspected = peer;
    // Consensus stays loyal for one detection time after the last contact; turns are counted from there.
    const loyalUntilMs = (lastLeaderContactMs ?? nowMs) + timing.detectionMs;
    this.dueMs = Math.max(nowMs, loyalUntilMs) + this.turn() * TURN_MS;
  }

  /** Its turn has come. */
  act(): void {
    const { replica, membership, nowMs } = this.context;
    const peer = this.suspected;
    this.suspected = undefined;
    this.dueMs = NEVER;
    if (peer === undefined || replica.consensus.leader !== peer) return;
    if (membership.stateOf(peer) !== 'alive') replica.consensus.suspectLeader(peer, nowMs);
  }

  nextDeadlineMs(): number {
    return this.dueMs;
  }

  /** This member's place in line among the voters it hears. */
  private turn(): number {
    const { replica, membership, options } = this.context;
    const { leader } = replica.consensus;
    let turn = 0;
    for (const { name, witness } of replica.consensus.members.members.voters) {
      if (name === options.name) return turn;
      if (name !== leader && !witness && membership.stateOf(name) === 'alive') turn++;
    }
    return turn;
  }
}
