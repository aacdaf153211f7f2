import type { NodeContext } from '../node-context.ts';

/** A part is answered within a round of the log; a client that sends none for so long has gone. Milliseconds. */
export const STAGED_KEPT_MS = 60_000;

interface Seen {
  readonly parts: number;
  readonly sinceMs: number;
}

/** The leader's care for large changes under way: those whose client has gone are forgotten by all members. */
export class StagedCare {
  private readonly context: NodeContext;
  private readonly seen = new Map<string, Seen>();

  constructor(context: NodeContext) {
    this.context = context;
  }

  advance(): void {
    const { replica, nowMs } = this.context;
    const { staged } = replica.state;
    if (staged.size === 0 && this.seen.size === 0) return;
    for (const id of this.seen.keys()) if (staged.count(id) === 0) this.seen.delete(id);
    for (const [id, parts] of staged.progress()) {
      const known = this.seen.get(id);
      if (known?.parts !== parts) this.seen.set(id, { parts, sinceMs: nowMs });
      else if (nowMs >= known.sinceMs + STAGED_KEPT_MS) {
        this.seen.set(id, { parts, sinceMs: nowMs });
        replica.propose([{ kind: 'unstage', id, parts }]);
      }
    }
  }

  nextDeadlineMs(): number {
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const { sinceMs } of this.seen.values()) soonestMs = Math.min(soonestMs, sinceMs + STAGED_KEPT_MS);
    return soonestMs;
  }
}
