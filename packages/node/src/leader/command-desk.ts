import type { GraphAction } from '@holdfast/model';
import type { Command } from '@holdfast/protocol';
import type { NodeContext } from '../node-context.ts';

interface Outstanding {
  readonly to: string;
  readonly command: Command;
  received: boolean;
  repeatAtMs: number;
}

/** Commands of the present transition on their way to members: repeated until the member has them. */
export class CommandDesk {
  private readonly context: NodeContext;
  private readonly outstanding = new Map<number, Outstanding>();
  private unreceived = 0;

  constructor(context: NodeContext) {
    this.context = context;
  }

  send(to: string, incarnation: number, transition: number, action: GraphAction): void {
    const { replica, outbox, nowMs, timing } = this.context;
    const { term } = replica.consensus;
    const command: Command = {
      kind: 'command',
      token: { term, transition, configIndex: replica.state.configIndex, incarnation },
      afterIndex: replica.appliedIndex,
      action,
    };
    this.outstanding.set(action.id, { to, command, received: false, repeatAtMs: nowMs + timing.repeatMs });
    this.unreceived++;
    outbox.send(to, command);
  }

  received(from: string, transition: number, actions: readonly number[]): void {
    for (const id of actions) {
      const entry = this.outstanding.get(id);
      if (!entry || entry.to !== from || entry.command.token.transition !== transition || entry.received)
        continue;
      entry.received = true;
      this.unreceived--;
    }
  }

  /** The action has ended. */
  settle(action: number): void {
    const entry = this.outstanding.get(action);
    if (entry && !entry.received) this.unreceived--;
    this.outstanding.delete(action);
  }

  /** Actions that were sent to this member and have not ended. */
  openOn(member: string): number[] {
    return [...this.outstanding].filter(([, { to }]) => to === member).map(([id]) => id);
  }

  clear(): void {
    this.outstanding.clear();
    this.unreceived = 0;
  }

  advance(): void {
    if (this.unreceived === 0) return;
    const { nowMs, timing, outbox } = this.context;
    for (const entry of this.outstanding.values()) {
      if (entry.received || entry.repeatAtMs > nowMs) continue;
      entry.repeatAtMs = nowMs + timing.repeatMs;
      outbox.send(entry.to, entry.command);
    }
  }

  nextDeadlineMs(): number {
    let soonestMs = Number.POSITIVE_INFINITY;
    if (this.unreceived === 0) return soonestMs;
    for (const { received, repeatAtMs } of this.outstanding.values()) {
      if (!received) soonestMs = Math.min(soonestMs, repeatAtMs);
    }
    return soonestMs;
  }
}
