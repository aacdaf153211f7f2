import { assert } from '@holdfast/ports';
import type { FenceAnswer, Hello, LeaveWish, MemberReport } from '@holdfast/protocol';
import type { LeaseDesk } from '../authority/lease-desk.ts';
import { isNotInstalled, provesStopped } from '../member/operation-history.ts';
import type { NodeContext } from '../node-context.ts';
import type { MemberRecord } from '../replicated/member-record.ts';
import { Admissions } from './admissions.ts';
import { FeatureLevels } from './feature-levels.ts';
import { FenceCoordinator } from './fence-coordinator.ts';
import { FoundCopies } from './found-copies.ts';
import { MemberBoard } from './member-board.ts';
import { OwnershipDesk } from './ownership-desk.ts';
import { StagedCare } from './staged-care.ts';
import { TransitionRunner } from './transition-runner.ts';
import { UnsafeCare } from './unsafe-care.ts';

/** One term of leading: collect, compute, walk, fence, record. Made when elected, thrown away when deposed. */
export class Leadership {
  readonly term: number;
  readonly board = new MemberBoard();
  readonly fencing: FenceCoordinator;
  readonly runner: TransitionRunner;
  readonly admissions: Admissions;
  readonly ownership: OwnershipDesk;
  private readonly found: FoundCopies;
  private readonly levels: FeatureLevels;
  private readonly stagedCare: StagedCare;
  private readonly unsafeCare: UnsafeCare;
  private readonly context: NodeContext;
  private memberVersion = -1;
  private configIndex = -1;
  private ended = false;

  constructor(context: NodeContext, leases: LeaseDesk) {
    this.context = context;
    this.term = context.replica.consensus.term;
    this.ownership = new OwnershipDesk(context, this.board, {
      newestTransition: () => this.runner.newestTransition,
      migrating: () => this.runner.migrating(),
    });
    this.found = new FoundCopies(context, this.board, (member) => this.ownership.review(member));
    this.levels = new FeatureLevels(context);
    this.stagedCare = new StagedCare(context);
    this.unsafeCare = new UnsafeCare(context, this.board);
    this.fencing = new FenceCoordinator(context, (member) => this.board.get(member) !== undefined);
    this.runner = new TransitionRunner(context, this.board, this.ownership, this.fencing);
    this.admissions = new Admissions(context, this.board, {
      isFencing: (member) => this.fencing.desk.isPending(member),
      fencingEnabled: () => this.fencing.enabled,
      changed: (reason) => {
        if (!this.ended) this.runner.renewed(reason);
      },
      memberGone: (member) => this.runner.memberGone(member),
      isDrained: (member) => this.isDrained(member),
      newestGrantMs: (member) => leases.newestGrantMs(member),
    });
  }

  end(): void {
    this.ended = true;
    this.runner.end();
  }

  hello(from: string, hello: Hello): void {
    if (!this.levels.refuses(from, hello)) this.admissions.hello(from, hello);
  }

  leave(from: string, wish: LeaveWish): void {
    this.admissions.leave(from, wish.incarnation, wish.demote);
  }

  report(from: string, report: MemberReport): void {
    if (report.term !== this.term) return;
    const { replica, outbox } = this.context;
    const record = replica.state.members.get(from);
    const first = this.board.get(from) === undefined;
    const verdict = this.board.take(from, report);
    if (verdict === 'void') return;
    const { term, incarnation, sequence } = report;
    outbox.send(from, { kind: 'reportReceived', term, incarnation, sequence });
    if (verdict === 'repeated') return;
    this.compareHash(from, report);
    if (record?.incarnation !== report.incarnation) return;
    this.ownership.review(from);
    this.found.reported(from, report.histories);
    for (const result of report.results) {
      if (result.term === this.term) this.runner.result(from, result);
    }
    if (first || report.full) this.runner.renewed(`${from} reported`);
    else if (report.unsolicited) this.runner.renewed(`news from ${from}`);
    else if (report.attributes !== null) {
      // Promotion scores often come along with the result of a start. A failure's own count is no reason to try again.
      const news = `attributes of ${from} changed`;
      if (report.results.length === 0) this.runner.renewed(news);
      else this.runner.changed(news);
    }
  }

  fenceAnswer(answer: FenceAnswer): void {
    if (answer.term === this.term) this.fencing.answered(answer.attempt, answer.ok, answer.problem);
  }

  /** Goes on as far as possible; called in every step that may have changed something. */
  advance(): void {
    if (!this.mayDecide) return;
    const { state } = this.context.replica;
    if (this.memberVersion !== state.memberVersion || this.configIndex !== state.configIndex) {
      this.memberVersion = state.memberVersion;
      if (this.configIndex !== state.configIndex) {
        this.found.reconfigured();
        this.runner.reconfigured();
      }
      this.configIndex = state.configIndex;
    }
    this.admissions.advance();
    this.levels.advance();
    this.stagedCare.advance();
    this.unsafeCare.advance();
    this.fencing.advance();
    this.ownership.arrivals.advance();
    this.runner.advance(this.admissions.allReported());
  }

  nextDeadlineMs(): number {
    // What lets it decide is no matter of time; and what is due and not done would be due again at once, without end.
    if (!this.mayDecide) return Number.POSITIVE_INFINITY;
    return Math.min(
      this.admissions.nextDeadlineMs(),
      this.fencing.desk.nextDeadlineMs(),
      this.runner.nextDeadlineMs(),
      this.stagedCare.nextDeadlineMs(),
      this.ownership.arrivals.nextDeadlineMs(),
    );
  }

  /** A state that lags behind the log is nothing to decide by. */
  private get mayDecide(): boolean {
    const { replica } = this.context;
    return !this.ended && replica.consensus.hasCommittedOwnTerm && !replica.isBehind;
  }

  /** S5: equal index, equal state, also in production. */
  private compareHash(from: string, report: MemberReport): void {
    const own = this.context.replica.hashAt(report.appliedIndex);
    assert(own === undefined || own === report.stateHash, 'members agree on the replicated state (S5)', {
      member: from,
      index: report.appliedIndex,
      own,
      theirs: report.stateHash,
    });
  }

  private isDrained({ name, incarnation }: MemberRecord): boolean {
    const entry = this.board.current(name, incarnation);
    if (!entry || entry.inFlight.length > 0 || this.runner.commands.openOn(name).length > 0) return false;
    for (const holders of this.context.replica.state.holders.values()) {
      if (holders.some((each) => each.node === name)) return false;
    }
    // What is not installed was never granted to it, as the log has just said.
    return [...entry.histories.values()].every((each) => provesStopped(each) || isNotInstalled(each));
  }
}
