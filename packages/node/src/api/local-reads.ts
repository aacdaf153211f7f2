import { ConfigurationReading } from '@holdfast/model';
import type { ApiResponse } from '@holdfast/protocol';
import type { NodeContext } from '../node-context.ts';
import { refusal } from './leader-api.ts';

interface WaitingRead {
  readonly requestId: number;
  readonly index: number;
  readonly deadlineMs: number;
}

/**
 * S4: reads of the configuration, answered from the state of this member once it holds everything up to the index that
 * the leader has confirmed. So nothing of a configuration travels between members to be read.
 */
export class LocalReads {
  private readonly context: NodeContext;
  private waiting: WaitingRead[] = [];

  constructor(context: NodeContext) {
    this.context = context;
  }

  /** @param response of the leader to a ReadIndexRequest */
  confirmed(requestId: number, response: ApiResponse, deadlineMs: number): void {
    const index = response.ok ? (response.value as { readonly index?: unknown } | null)?.index : undefined;
    if (Number.isSafeInteger(index)) this.waiting.push({ requestId, index: index as number, deadlineMs });
    else this.answer(requestId, response.ok ? refusal('NO_LEADER') : response);
  }

  advance(): void {
    if (this.waiting.length === 0) return;
    const { nowMs, replica, timing } = this.context;
    const { waiting } = this;
    this.waiting = [];
    for (const read of waiting) {
      if (replica.appliedIndex >= read.index) {
        const value = new ConfigurationReading(replica.state.configuration);
        this.answer(read.requestId, { ok: true, value });
      } else if (nowMs >= read.deadlineMs) {
        const problem = 'this member has not come so far in the log; ask another one';
        const details = { operation: 'the read', timeoutMs: timing.requestMs, problem };
        this.answer(read.requestId, refusal('TIMEOUT', details));
      } else this.waiting.push(read);
    }
  }

  get size(): number {
    return this.waiting.length;
  }

  nextDeadlineMs(): number {
    return Math.min(...this.waiting.map(({ deadlineMs }) => deadlineMs));
  }

  private answer(requestId: number, response: ApiResponse): void {
    this.context.outbox.emit({ kind: 'answer', requestId, response });
  }
}
