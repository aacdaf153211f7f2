import { findVoter } from '@holdfast/consensus';
import type { NodeContext } from '../node-context.ts';
import type { MemberRecord } from '../replicated/member-record.ts';

/** Longest wait for the old identity of a name to be removed. Milliseconds. */
const REPLACE_MS = 10_000;
const NEVER = Number.POSITIVE_INFINITY;

/** Whether a member is admitted and heard. */
export function isPresent({ replica, membership }: NodeContext, name: string): boolean {
  return replica.state.members.get(name)?.status === 'admitted' && membership.stateOf(name) === 'alive';
}

/** The leader's care for who votes: one small step at a time towards what the records ask for (rules 4, 12, 13, 16). */
export class VoterList {
  private readonly context: NodeContext;
  private readonly replacing = new Map<
    string,
    { readonly done: (removed: boolean) => void; readonly untilMs: number }
  >();
  private againAtMs = NEVER;

  constructor(context: NodeContext) {
    this.context = context;
  }

  advance(): void {
    this.againAtMs = NEVER;
    this.considerReplacements();
    this.considerVotes();
  }

  nextDeadlineMs(): number {
    return this.againAtMs;
  }

  /**
   * Rule 16: the name of a member is to be given to a machine with another identity and an empty disk. The old one's
   * vote and place in the log's list end first. `done` is called with whether that worked in time.
   */
  replace(name: string, done: (removed: boolean) => void): void {
    this.replacing.set(name, { done, untilMs: this.context.nowMs + REPLACE_MS });
  }

  private considerReplacements(): void {
    const { replica, nowMs, timing } = this.context;
    for (const [name, { done, untilMs }] of this.replacing) {
      const { members, index } = replica.consensus.members;
      const votes = findVoter(members, name) !== undefined;
      const isListed = votes || members.learners.includes(name);
      if (!isListed && index <= replica.consensus.commitIndex) {
        this.replacing.delete(name);
        done(true);
      } else if (nowMs >= untilMs) {
        this.replacing.delete(name);
        done(false);
      } else {
        const type = votes ? 'demote' : 'remove-learner';
        if (isListed) replica.proposeMembershipChange({ type, member: name, details: 'new identity' }, nowMs);
        this.again(Math.min(timing.heartbeatMs, 50));
      }
    }
  }

  private isWanted({ name, status, leaving }: MemberRecord): boolean {
    return status === 'admitted' && !leaving && isPresent(this.context, name);
  }

  /** One step towards the list that the records ask for. */
  private considerVotes(): void {
    const { replica, nowMs, timing } = this.context;
    if (replica.state.stopAll) return;
    const { voters, learners } = replica.consensus.members.members;
    for (const record of replica.state.members.values()) {
      const { name, status } = record;
      if (this.replacing.has(name)) continue;
      const votes = voters.some((each) => each.name === name);
      const learns = learners.includes(name);
      // Rule 16: a lost vote. Of two, the other one has no majority to take it back.
      const isLost = votes && record.outdated && voters.length > 2;
      if (isLost) {
        const type = 'demote';
        if (replica.proposeMembershipChange({ type, member: name, details: 'outdated store' }, nowMs)) {
          this.again(timing.heartbeatMs);
          continue;
        }
      } else if (!votes && !learns) {
        replica.proposeMembershipChange({ type: 'add-learner', member: name }, nowMs);
      } else if (learns && record.voter && !record.outdated && this.isWanted(record)) {
        replica.proposeMembershipChange({ type: 'promote', member: name, witness: record.witness }, nowMs);
      } else if (votes && status === 'fenced' && voters.length > 3) {
        // Rule 13. A list of three is not shrunk: two voters could lose to a tie what three would survive.
        replica.proposeMembershipChange({ type: 'demote', member: name, details: 'fenced' }, nowMs);
      } else {
        continue;
      }
      this.again(timing.heartbeatMs);
      return;
    }
  }

  private again(afterMs: number): void {
    this.againAtMs = Math.min(this.againAtMs, this.context.nowMs + afterMs);
  }
}
