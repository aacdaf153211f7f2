import type { MemberReport } from '@holdfast/protocol';
import type { OperationDesk } from './operation-desk.ts';

/** What a report needs beside the desk. */
export interface ReportBasis {
  readonly incarnation: number;
  readonly bootSince: number;
  readonly appliedIndex: number;
  readonly stateHash: string;
}

/**
 * Tells one leader after the other about this member: everything first, then changes; one report at a time, repeated
 * until acknowledged.
 */
export class Reporter {
  private readonly desk: OperationDesk;
  private readonly repeatMs: number;
  private term = 0;
  private leader: string | undefined;
  private sequence = 0;
  private full = true;
  private attributesSent = -1;
  private outstanding: MemberReport | undefined;
  private repeatAtMs = Number.POSITIVE_INFINITY;

  constructor(desk: OperationDesk, repeatMs: number) {
    this.desk = desk;
    this.repeatMs = repeatMs;
  }

  /** Another leader or term: it knows nothing of this member. Commands of older terms are void from here on (S6). */
  serve(leader: string | undefined, term: number): void {
    if (leader === this.leader && term === this.term) return;
    this.leader = leader;
    this.term = term;
    this.sequence = 0;
    this.full = true;
    this.outstanding = undefined;
    this.repeatAtMs = Number.POSITIVE_INFINITY;
    if (leader !== undefined) this.desk.intake.guard.raise(term, 0);
  }

  /** The leader knows nothing of this member: begins anew. Results not acknowledged yet go along once more. */
  private restart(): void {
    this.full = true;
    if (this.outstanding) this.desk.changes.results.unshift(...this.outstanding.results);
    this.outstanding = undefined;
  }

  acknowledged(term: number, sequence: number): void {
    if (term === this.term && sequence === 0) {
      this.restart();
      return;
    }
    if (term !== this.term || this.outstanding?.sequence !== sequence) return;
    this.outstanding = undefined;
    this.repeatAtMs = Number.POSITIVE_INFINITY;
  }

  /** The report to send now, if any. */
  take(nowMs: number, basis: ReportBasis): MemberReport | undefined {
    if (this.leader === undefined) return undefined;
    if (this.outstanding) {
      if (nowMs < this.repeatAtMs) return undefined;
    } else if (
      this.full ||
      !this.desk.changes.empty ||
      this.attributesSent !== this.desk.attributes.version
    ) {
      this.outstanding = this.make(basis);
    } else {
      return undefined;
    }
    this.repeatAtMs = nowMs + this.repeatMs;
    return this.outstanding;
  }

  nextDeadlineMs(): number {
    return this.outstanding ? this.repeatAtMs : Number.POSITIVE_INFINITY;
  }

  private make(basis: ReportBasis): MemberReport {
    const { desk, full } = this;
    const { changes, attributes } = desk;
    const slots = full
      ? [...desk.slots.all()]
      : [...changes.histories].map((id) => desk.slots.get(id)).filter((slot) => slot !== undefined);
    const inFlight = [...desk.slots.all()].flatMap((slot) =>
      slot.running ? [slot.running.job, ...slot.queue].map((job) => job.action.operationKey) : [],
    );
    const withAttributes = full || this.attributesSent !== attributes.version;
    const report: MemberReport = {
      kind: 'report',
      term: this.term,
      incarnation: basis.incarnation,
      bootSince: basis.bootSince,
      sequence: ++this.sequence,
      full,
      unsolicited: changes.unsolicited,
      obeyed: desk.intake.guard.obeyed,
      histories: slots.map((slot) => slot.history.toResourceHistory()),
      removed: full ? [] : [...changes.removed],
      attributes: withAttributes ? attributes.toRecord() : null,
      results: changes.results,
      inFlight,
      appliedIndex: basis.appliedIndex,
      stateHash: basis.stateHash,
    };
    this.attributesSent = attributes.version;
    this.full = false;
    changes.clear();
    return report;
  }
}
