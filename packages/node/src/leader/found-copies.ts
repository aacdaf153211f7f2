import type { ResourceHistory } from '@holdfast/model';
import { isFailedProbe, isFoundPromoted } from '../member/operation-history.ts';
import type { NodeContext } from '../node-context.ts';
import type { Holding } from '../replicated/command.ts';
import { holdingSubject } from '../replicated/configuration-facts.ts';
import { newlyExclusive } from '../replicated/newly-exclusive.ts';
import { judge } from './holding-evidence.ts';
import type { BoardEntry, MemberBoard } from './member-board.ts';

/**
 * What may be active on a member without ever having been granted to it: a probe found it, because somebody started it
 * by hand, or a change of the configuration has made it exclusive. The log has to say so like of anything else (S2):
 * without fencing it would be started elsewhere once the member is lost.
 */
export class FoundCopies {
  private readonly context: NodeContext;
  private readonly board: MemberBoard;
  /** Grants on their way into the log. */
  private readonly granting = new Set<string>();
  private readonly review: (member: string) => void;
  private configuration: NodeContext['replica']['state']['configuration'];

  /** @param review looks again at what a member's reports prove */
  constructor(context: NodeContext, board: MemberBoard, review: (member: string) => void) {
    this.context = context;
    this.board = board;
    this.review = review;
    this.configuration = context.replica.state.configuration;
  }

  /** A member has told of these. */
  reported(member: string, histories: readonly ResourceHistory[]): void {
    if (histories.length === 0) return;
    const { facts } = this.context.replica;
    const holdings: string[] = [];
    for (const { id } of histories) {
      const role = facts.promotedRole(id);
      if (role !== undefined) holdings.push(role);
      if (facts.isExclusive(id)) holdings.push(id);
    }
    this.look(member, holdings);
  }

  /** The configuration changed. What lost members may have of it the log itself has put down. */
  reconfigured(): void {
    const before = this.configuration;
    this.configuration = this.context.replica.state.configuration;
    const holdings = newlyExclusive(before.configuration, this.configuration.configuration);
    if (holdings.length === 0) return;
    for (const member of this.context.replica.state.members.keys()) this.look(member, holdings);
  }

  private look(member: string, instances: readonly string[]): void {
    const { state } = this.context.replica;
    const record = state.members.get(member);
    const entry = record?.status === 'admitted' && this.board.current(member, record.incarnation);
    if (!entry) return;
    const { incarnation } = record;
    const found: Holding[] = [];
    for (const instance of instances) {
      const holders = state.holders.get(instance) ?? [];
      if (holders.some((each) => each.node === member && each.incarnation === incarnation)) continue;
      if (isHere(entry, instance)) found.push({ instance, node: member, incarnation });
    }
    this.grant(member, found);
  }

  private grant(member: string, found: readonly Holding[]): void {
    const keyOf = ({ instance, node, incarnation }: Holding) => `${instance}@${node}#${incarnation}`;
    const holdings = found.filter((each) => !this.granting.has(keyOf(each)));
    if (holdings.length === 0) return;
    for (const each of holdings) this.granting.add(keyOf(each));
    this.context.replica.propose([{ kind: 'grant', holdings }], (outcomes) => {
      for (const each of holdings) this.granting.delete(keyOf(each));
      // It may have been reported stopped before the log had it.
      if (outcomes !== null) this.review(member);
    });
  }
}

/**
 * It has to be seen, or to have been started: a probe that ended with an error has found nothing, and every member has
 * probes. A role has to be seen: a copy that merely failed would keep every other one from being promoted.
 */
function isHere(entry: BoardEntry, instance: string): boolean {
  const { resource, promotedRole } = holdingSubject(instance);
  if (!promotedRole) {
    const history = entry.histories.get(instance);
    return history !== undefined && !isFailedProbe(history) && judge(entry, instance) === 'held';
  }
  const copies = [...entry.histories.values()].filter(({ id }) => holdingSubject(id).resource === resource);
  return copies.some(isFoundPromoted);
}
