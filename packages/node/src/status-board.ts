import type { StatusReport } from '@holdfast/protocol';
import type { Leadership } from './leader/leadership.ts';
import { statusReport } from './leader/status-report.ts';
import type { NodeContext } from './node-context.ts';

/** Gossip topic on which the leader tells everybody the status. */
export const STATUS_TOPIC = 'status';
/** Changes are collected this long, and reports are at least this far apart. Milliseconds. */
const COLLECT_MS = 50;
const APART_MS = 250;
/** An unchanged status is repeated this often, so that its age stays small. Milliseconds. */
const REPEAT_MS = 5000;
const NEVER = Number.POSITIVE_INFINITY;

/** The status as the leader spreads it and as the others know it. */
export class StatusBoard {
  private readonly context: NodeContext;
  private heardReport: StatusReport | undefined;
  private heardAtMs = 0;
  private dueMs = NEVER;
  private lastMs = Number.NEGATIVE_INFINITY;
  private index = -1;
  private leading = false;

  constructor(context: NodeContext) {
    this.context = context;
  }

  heard(topic: string, payload: unknown): void {
    const report = payload as StatusReport | null;
    if (topic !== STATUS_TOPIC || typeof report?.term !== 'number' || !Array.isArray(report.nodes)) return;
    const known = this.heardReport;
    if (known && (report.term < known.term || report.appliedIndex < known.appliedIndex)) return;
    this.heardReport = report;
    this.heardAtMs = this.context.nowMs;
  }

  /** Something worth telling happened. */
  news(): void {
    this.dueMs = Math.min(this.dueMs, Math.max(this.context.nowMs + COLLECT_MS, this.lastMs + APART_MS));
  }

  /** The newest status known here, with its age. */
  latest(): StatusReport {
    const { context, heardReport } = this;
    const own = statusReport(context, undefined);
    if (!heardReport || heardReport.term < own.term) return own;
    return {
      ...heardReport,
      answeredBy: context.options.name,
      leader: own.leader,
      quorate: own.quorate,
      votes: own.votes,
      nodes: own.leader === null ? own.nodes : heardReport.nodes,
      ageMs: context.nowMs - this.heardAtMs,
    };
  }

  advance(leadership: Leadership | undefined): void {
    this.leading = leadership !== undefined;
    if (!leadership) return;
    const { nowMs, outbox, replica } = this.context;
    if (replica.appliedIndex !== this.index) {
      this.index = replica.appliedIndex;
      this.news();
    }
    if (nowMs < this.dueMs) return;
    this.lastMs = nowMs;
    this.dueMs = nowMs + REPEAT_MS;
    outbox.emit({ kind: 'gossip', topic: STATUS_TOPIC, payload: statusReport(this.context, leadership) });
  }

  nextDeadlineMs(): number {
    return this.leading ? this.dueMs : NEVER;
  }
}
