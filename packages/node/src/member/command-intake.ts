import type { GraphAction } from '@holdfast/model';
import type { Command, CommandResult } from '@holdfast/protocol';
import type { ChangeLog } from './change-log.ts';
import { CommandGuard } from './command-guard.ts';
import type { MemberFacts } from './member-facts.ts';
import { OCF } from './operation-result.ts';
import { STARTING } from './resource-slot.ts';

interface Waiting {
  readonly command: Command;
  readonly expiresAtMs: number;
}

const MAX_WAITING = 10_000;
const APPLY_WAIT_MS = 10_000;

/** Takes commands of the leader in: rule 7, repeats, and waiting for the log. Everything ends with one answer. */
export class CommandIntake {
  readonly guard = new CommandGuard();
  private readonly facts: MemberFacts;
  private readonly changes: ChangeLog;
  private waiting: Waiting[] = [];
  /** Commands of the newest transition seen, so that repeats are not executed twice. */
  private readonly seen = new Set<number>();
  private readonly answered = new Map<number, CommandResult>();

  constructor(facts: MemberFacts, changes: ChangeLog) {
    this.facts = facts;
    this.changes = changes;
  }

  accept(command: Command, nowMs: number): void {
    const { token, action } = command;
    const refusal = this.guard.refuse(token, this.facts.incarnation);
    if (refusal !== null) {
      this.refuse(command, refusal);
      return;
    }
    if (this.guard.raise(token.term, token.transition, token.configIndex)) {
      this.seen.clear();
      this.answered.clear();
    }
    if (this.seen.has(action.id)) {
      // The leader repeats itself, so it may have missed the result.
      const known = this.answered.get(action.id);
      if (known) this.changes.results.push(known);
      return;
    }
    if (this.waiting.length >= MAX_WAITING) {
      this.refuse(command, 'too many commands are waiting');
      return;
    }
    this.seen.add(action.id);
    this.waiting.push({ command, expiresAtMs: nowMs + APPLY_WAIT_MS });
  }

  /** Commands whose turn has come: the log here is as far as they need, and nothing newer was obeyed meanwhile. */
  takeReady(nowMs: number): Command[] {
    if (this.waiting.length === 0) return [];
    const ready: Command[] = [];
    const { waiting } = this;
    this.waiting = [];
    for (const entry of waiting) {
      const { command, expiresAtMs } = entry;
      if (command.afterIndex <= this.facts.appliedIndex) ready.push(command);
      else if (nowMs < expiresAtMs) this.waiting.push(entry);
      else this.refuse(command, 'this member lags behind the log');
    }
    return ready.filter((command) => this.isStillValid(command, nowMs));
  }

  /**
   * Why a command must not be begun any more, or null. Starts need authority, and the grant in the log that went before
   * them: one that was held up may have outlived it. The rest needs only to be the newest.
   */
  refusal({ token, action }: Pick<Command, 'token' | 'action'>, nowMs: number): string | null {
    const older = this.guard.refuse(token, this.facts.incarnation);
    if (older !== null || !STARTING.has(action.operation)) return older;
    return this.facts.startsRefused(nowMs) ?? this.facts.notGranted(action);
  }

  /** Starts that wait end as refused: authority is gone (rule 15). */
  refuseStarts(reason: string): void {
    this.waiting = this.waiting.filter(({ command }) => {
      if (!STARTING.has(command.action.operation)) return true;
      this.refuse(command, reason);
      return false;
    });
  }

  refuse(command: Pick<Command, 'token' | 'action'>, reason: string): void {
    this.answer(command, 'refused', OCF.unknown, reason);
  }

  answer(
    { token, action }: { readonly token: Command['token']; readonly action: Pick<GraphAction, 'id'> },
    outcome: CommandResult['outcome'],
    rcCode: number,
    reason: string | null,
  ): void {
    const { term, transition } = token;
    const result: CommandResult = { term, transition, action: action.id, outcome, rcCode, reason };
    const { obeyed } = this.guard;
    if (obeyed.term === term && obeyed.transition === transition) this.answered.set(action.id, result);
    this.changes.results.push(result);
  }

  nextDeadlineMs(): number {
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const { expiresAtMs } of this.waiting) soonestMs = Math.min(soonestMs, expiresAtMs);
    return soonestMs;
  }

  private isStillValid(command: Command, nowMs: number): boolean {
    const reason = this.refusal(command, nowMs) ?? (command.action.resource ? null : 'it names no resource');
    if (reason !== null) this.refuse(command, reason);
    return reason === null;
  }
}
