import type { NodeContext } from '../node-context.ts';
import type { MemberBoard } from './member-board.ts';

/**
 * Rule 17's opt-out counts on what members do by themselves once they are cut off, so it may only count on those that
 * know. Whenever `unsafe-recovery`, or the delay that goes with it, has changed, the log is told once every member has
 * said that it follows; one that comes later, or again, knows as soon as its probes are recorded.
 */
export class UnsafeCare {
  private readonly context: NodeContext;
  private readonly board: MemberBoard;
  private toldIndex = -1;

  constructor(context: NodeContext, board: MemberBoard) {
    this.context = context;
    this.board = board;
  }

  advance(): void {
    const { replica } = this.context;
    const { unsafeSince: index, unsafeKnown, members } = replica.state;
    if (unsafeKnown || this.toldIndex === index) return;
    for (const { name, status, incarnation } of members.values()) {
      if (status !== 'admitted') continue;
      const entry = this.board.current(name, incarnation);
      if (!entry || entry.appliedIndex < index) return;
    }
    this.toldIndex = index;
    replica.propose([{ kind: 'unsafeKnown', index }]);
  }
}
