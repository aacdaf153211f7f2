import type { ResourceHistory } from '@holdfast/model';
import type { MemberReport } from '@holdfast/protocol';

/** What one member has told this leader about its present life. */
export interface BoardEntry {
  readonly incarnation: number;
  /** First life on the present boot of its machine: nothing of those before goes on. 0: not known. */
  readonly bootSince: number;
  sequence: number;
  readonly histories: Map<string, ResourceHistory>;
  attributes: Readonly<Record<string, string>>;
  inFlight: readonly string[];
  obeyed: { readonly term: number; readonly transition: number };
  /** Index up to which its state had followed the log. */
  appliedIndex: number;
}

/** What taking in a report meant. */
export type ReportVerdict = 'new' | 'repeated' | 'void';

/** The leader's collection of member reports. It begins empty with each term: nothing old is trusted. */
export class MemberBoard {
  private readonly entries = new Map<string, BoardEntry>();

  get(name: string): BoardEntry | undefined {
    return this.entries.get(name);
  }

  /** The entry, if it is about this very life. */
  current(name: string, incarnation: number): BoardEntry | undefined {
    const entry = this.entries.get(name);
    return entry?.incarnation === incarnation ? entry : undefined;
  }

  take(from: string, report: MemberReport): ReportVerdict {
    const known = this.entries.get(from);
    const sameLife = known?.incarnation === report.incarnation;
    if (sameLife && report.sequence <= known.sequence) return 'repeated';
    if (known && report.incarnation < known.incarnation) return 'void';
    if (!report.full && !sameLife) return 'void';
    const entry: BoardEntry =
      report.full || !known
        ? {
            incarnation: report.incarnation,
            bootSince: report.bootSince ?? 0,
            sequence: 0,
            histories: new Map(),
            attributes: {},
            inFlight: [],
            obeyed: report.obeyed,
            appliedIndex: 0,
          }
        : known;
    entry.sequence = report.sequence;
    for (const id of report.removed) entry.histories.delete(id);
    for (const history of report.histories) entry.histories.set(history.id, history);
    if (report.attributes) entry.attributes = report.attributes;
    entry.inFlight = report.inFlight;
    entry.obeyed = report.obeyed;
    entry.appliedIndex = report.appliedIndex;
    this.entries.set(from, entry);
    return 'new';
  }

  /** The member is gone. */
  drop(name: string): void {
    this.entries.delete(name);
  }
}
