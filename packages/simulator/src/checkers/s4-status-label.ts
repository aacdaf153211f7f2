import type { StatusReport } from '@holdfast/protocol';
import type { Report } from './finding.ts';

interface Applied {
  readonly atMs: number;
  readonly index: number;
}

/** Gossip on its way, with the time in which changes are collected. Milliseconds. */
const GOSSIP_MS = 700;
/** Clocks of members run up to 5 % fast or slow. */
const DRIFT = 0.06;
/** Longest age that is checked, and how long past states are kept. Milliseconds. */
const HORIZON_MS = 60_000;

/**
 * S4, second half: a status may be old, but says how old. The index of an answer was the applied index of some member
 * at the moment that its age names, and is never one that nobody has reached yet.
 */
export class StatusLabelChecker {
  private readonly history = new Map<string, Applied[]>();
  private readonly report: Report;
  private newest = 0;
  answers = 0;

  constructor(report: Report) {
    this.report = report;
  }

  applied(host: string, index: number, nowMs: number): void {
    this.newest = Math.max(this.newest, index);
    const known = this.history.get(host) ?? [];
    this.history.set(host, known);
    known.push({ atMs: nowMs, index });
    const limitMs = nowMs - 2 * HORIZON_MS;
    while (known.length > 2 && (known[1]?.atMs ?? nowMs) < limitMs) known.shift();
  }

  /** @param heldMs how long the answering daemon may have been unable to run; it counts ages from when it goes on */
  answered(host: string, status: StatusReport, nowMs: number, heldMs: number): void {
    this.answers++;
    const { appliedIndex, ageMs } = status;
    if (appliedIndex > this.newest) {
      this.report(
        'S4-status-label',
        `${host} answers from index ${appliedIndex}, nobody is beyond ${this.newest}`,
      );
      return;
    }
    if (ageMs === null || ageMs > HORIZON_MS) return;
    const oldestMs = nowMs - ageMs * (1 + DRIFT) - GOSSIP_MS - heldMs;
    const newestMs = nowMs - ageMs * (1 - DRIFT);
    const names = [...this.history.keys()];
    if (names.some((name) => this.wasAt(name, appliedIndex, oldestMs, newestMs))) return;
    const text = `index ${appliedIndex}, ${Math.round(ageMs)} ms old`;
    this.report('S4-status-label', `${host} answers from ${text}, but no member was there then`);
  }

  private wasAt(name: string, index: number, fromMs: number, toMs: number): boolean {
    const known = this.history.get(name) ?? [];
    return known.some((each, at) => {
      const untilMs = known[at + 1]?.atMs ?? Number.POSITIVE_INFINITY;
      return each.index === index && each.atMs <= toMs && untilMs >= fromMs;
    });
  }
}
