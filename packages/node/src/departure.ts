import type { Lifecycle } from './lifecycle/lifecycle-machine.ts';
import type { LocalMember } from './member/local-member.ts';
import type { NodeContext } from './node-context.ts';

/** The end of this life of the member: wished for, told by the log, or overdue. */
export class Departure {
  private readonly context: NodeContext;
  private readonly member: LocalMember;
  private readonly lifecycle: Lifecycle;
  /** This name had newer lives under another identity: remember that and start again. */
  private readonly raiseIncarnation: (to: number) => void;
  private leaving = false;
  private raising = false;
  private deadlineMs = Number.POSITIVE_INFINITY;

  constructor(
    context: NodeContext,
    parts: { member: LocalMember; lifecycle: Lifecycle; raiseIncarnation: (to: number) => void },
  ) {
    this.context = context;
    this.member = parts.member;
    this.lifecycle = parts.lifecycle;
    this.raiseIncarnation = parts.raiseIncarnation;
  }

  /** Leaves as soon as the leader has moved everything away, and by itself when that takes too long. */
  begin(demote: boolean, timeoutMs: number): void {
    if (this.leaving) return;
    this.leaving = true;
    this.deadlineMs = this.context.nowMs + timeoutMs;
    this.lifecycle.send('leave');
    if (this.member.admitted) this.member.leave(demote);
    else this.exit(true, 'it was no active member');
  }

  /** What the log says about this life. */
  watchOwnRecord(): void {
    const { record } = this.member;
    const { incarnation, options } = this.context;
    if (!record || record.peerId !== options.peerId) return;
    if (record.status === 'new' && record.incarnation >= incarnation && !this.raising) {
      this.raising = true;
      this.raiseIncarnation(record.incarnation);
    } else if (record.incarnation === incarnation && record.status === 'fenced') {
      this.exit(false, 'this life of the member was proven fenced');
    } else if (record.incarnation === incarnation && record.status === 'left') {
      this.exit(true, 'left the cluster');
    }
  }

  advance(): void {
    const { replica, nowMs } = this.context;
    if (replica.state.stopAll && !this.leaving && this.member.admitted) this.begin(false, 600_000);
    if (nowMs >= this.deadlineMs) this.exit(false, 'it could not leave cleanly in time');
  }

  nextDeadlineMs(): number {
    return this.deadlineMs;
  }

  exit(clean: boolean, reason: string): void {
    const { membership, nowMs, outbox } = this.context;
    if (outbox.last) return;
    this.lifecycle.send('ended');
    if (clean) {
      membership.leave(nowMs);
      this.member.left();
    }
    outbox.last = { kind: 'exit', clean, reason };
  }
}
