import type { ApiRequest, ApiResponse, ReadIndexRequest } from '@holdfast/protocol';
import type { NodeContext } from '../node-context.ts';
import { refusal } from './leader-api.ts';
import { LocalReads } from './local-reads.ts';

interface Forwarded {
  readonly requestId: number;
  readonly request: ApiRequest;
  readonly deadlineMs: number;
  /** Until then a leader must be known. */
  readonly leaderDeadlineMs: number;
  /** Undefined while no leader is known. */
  to: string | undefined;
}

/** Requests of local clients that wait for the leader. */
export const MAX_REQUESTS = 1000;
const LEADER_WAIT_MS = 5000;
const READ_INDEX: ReadIndexRequest = { kind: 'readIndex' };

/** Passes local requests to the leader and its answers back; every request is answered in bounded time. */
export class RequestDesk {
  private readonly context: NodeContext;
  private readonly waiting = new Map<number, Forwarded>();
  private readonly reads: LocalReads;
  private nextId: number;
  private unsent = 0;

  constructor(context: NodeContext) {
    this.context = context;
    this.reads = new LocalReads(context);
    // An answer to a question of an earlier life must not pass for one of this.
    this.nextId = context.incarnation * 1_000_000_000 + 1;
  }

  accept(requestId: number, request: ApiRequest): void {
    const { outbox, nowMs, timing } = this.context;
    if (this.waiting.size + this.reads.size >= MAX_REQUESTS) {
      const response = refusal('TOO_MANY_REQUESTS', { limit: MAX_REQUESTS });
      outbox.emit({ kind: 'answer', requestId, response });
      return;
    }
    const deadlineMs = nowMs + (request.kind === 'fence' ? 10 * timing.requestMs : timing.requestMs);
    const leaderDeadlineMs = nowMs + LEADER_WAIT_MS;
    const meant = this.withLife(request);
    this.waiting.set(this.nextId++, {
      requestId,
      request: meant,
      deadlineMs,
      leaderDeadlineMs,
      to: undefined,
    });
    this.unsent++;
  }

  /** A word about a machine is about the life that was known when it was given, however late it comes (rule 8). */
  private withLife(request: ApiRequest): ApiRequest {
    if (request.kind !== 'confirmFenced') return request;
    const record = this.context.replica.state.members.get(request.node);
    return { ...request, incarnation: record?.incarnation ?? 0 };
  }

  responded(id: number, response: ApiResponse): void {
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    this.waiting.delete(id);
    const { requestId, request, deadlineMs } = waiting;
    if (request.kind === 'configuration') this.reads.confirmed(requestId, response, deadlineMs);
    else this.context.outbox.emit({ kind: 'answer', requestId, response });
  }

  /** The leader changed: what became of requests sent to the old one cannot be told. */
  leaderChanged(leader: string | undefined): void {
    for (const [id, { to }] of this.waiting) {
      if (to === undefined || to === leader) continue;
      const problem = 'the leader changed before it answered; it may or may not have been done';
      this.responded(id, refusal('TIMEOUT', { operation: 'the request', timeoutMs: 0, problem }));
    }
  }

  advance(): void {
    this.reads.advance();
    if (this.waiting.size === 0) return;
    const { nowMs, outbox, replica, timing } = this.context;
    const { leader } = replica.consensus;
    if (leader !== undefined && this.unsent > 0) {
      for (const [id, entry] of this.waiting) {
        if (entry.to !== undefined) continue;
        entry.to = leader;
        this.unsent--;
        const { request } = entry;
        const asked = request.kind === 'configuration' ? READ_INDEX : request;
        outbox.send(leader, { kind: 'request', id, request: asked });
      }
    }
    for (const [id, { deadlineMs, leaderDeadlineMs, to }] of this.waiting) {
      if (to === undefined && nowMs >= leaderDeadlineMs) {
        this.unsent--;
        this.responded(id, refusal('NO_LEADER'));
      } else if (nowMs >= deadlineMs) {
        const problem = 'the leader did not answer; it may or may not have been done';
        this.responded(
          id,
          refusal('TIMEOUT', { operation: 'the request', timeoutMs: timing.requestMs, problem }),
        );
      }
    }
  }

  nextDeadlineMs(): number {
    let soonestMs = this.reads.nextDeadlineMs();
    for (const { deadlineMs, leaderDeadlineMs, to } of this.waiting.values()) {
      const limitMs = to === undefined ? leaderDeadlineMs : deadlineMs;
      soonestMs = Math.min(soonestMs, limitMs);
    }
    return soonestMs;
  }
}
