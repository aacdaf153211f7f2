import type { GraphAction } from '@holdfast/model';
import { type GraphWalker, placeOf } from '@holdfast/transition';
import type { NodeContext } from '../node-context.ts';
import type { ReplicatedCommand } from '../replicated/command.ts';
import type { MemberBoard } from './member-board.ts';

/** Rule 6: a life whose probes are all recorded is said so in the log; from then on it may be given starts. */
export class ProbeSurvey {
  private readonly context: NodeContext;
  private readonly board: MemberBoard;
  /** Lives whose probes are part of the present plan. */
  private readonly unprobed = new Map<string, number>();

  constructor(context: NodeContext, board: MemberBoard) {
    this.context = context;
    this.board = board;
  }

  /** A plan is being made: it has the probes of every life that is known and not probed. */
  begin(): void {
    this.unprobed.clear();
    for (const { name, status, probed, incarnation } of this.context.replica.state.members.values()) {
      const isKnown = this.board.current(name, incarnation) !== undefined;
      if (status === 'admitted' && !probed && isKnown) this.unprobed.set(name, incarnation);
    }
  }

  /** Has the log say which lives the plan has probed. */
  review(walker: GraphWalker): void {
    if (this.unprobed.size === 0) return;
    const { replica } = this.context;
    const commands: ReplicatedCommand[] = [];
    for (const [node, incarnation] of this.unprobed) {
      const record = replica.state.members.get(node);
      if (hasOpenProbe(walker, node) && record?.incarnation === incarnation) continue;
      this.unprobed.delete(node);
      if (record?.status === 'admitted' && !record.probed && record.incarnation === incarnation) {
        commands.push({ kind: 'probed', node, incarnation });
      }
    }
    if (commands.length > 0) replica.propose(commands);
  }
}

/** Whether the plan still has a probe of this member to be made. */
export function hasOpenProbe(walker: GraphWalker, node: string): boolean {
  return walker.hasOpen((action) => isProbe(action) && placeOf(action) === node);
}

function isProbe({ operation, attributes }: GraphAction): boolean {
  return operation === 'monitor' && !Number(attributes.CRM_meta_interval ?? 0);
}
