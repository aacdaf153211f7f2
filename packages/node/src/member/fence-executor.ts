import type { FenceResult } from '@holdfast/ports';
import type { FenceCommand } from '@holdfast/protocol';
import type { NodeContext } from '../node-context.ts';
import type { RunIds } from './run-ids.ts';

interface Running {
  readonly leader: string;
  readonly command: FenceCommand;
}

/** Runs fence agents on this host for the leader. Never against this member itself, never without authority (S8). */
export class FenceExecutor {
  private readonly context: NodeContext;
  private readonly runIds: RunIds;
  private readonly hasAuthority: () => boolean;
  private readonly running = new Map<number, Running>();

  constructor(context: NodeContext, runIds: RunIds, hasAuthority: () => boolean) {
    this.context = context;
    this.runIds = runIds;
    this.hasAuthority = hasAuthority;
  }

  accept(leader: string, command: FenceCommand): void {
    const { options, outbox, replica } = this.context;
    const problem =
      command.target === options.name
        ? 'a member does not fence itself'
        : command.term < replica.consensus.term
          ? 'a newer leader exists'
          : this.hasAuthority()
            ? null
            : 'this member has no authority';
    if (problem !== null) {
      this.answer(leader, command, false, problem);
      return;
    }
    const runId = this.runIds.next();
    this.running.set(runId, { leader, command });
    const { agent, action, targetName, targetArgument, targetCheck, parameters, timeoutMs } = command;
    outbox.emit({
      kind: 'runFence',
      run: {
        runId,
        agent,
        action,
        target: targetName,
        ...(targetArgument === null ? {} : { targetArgument }),
        ...(targetCheck === null ? {} : { targetCheck }),
        parameters,
        timeoutMs,
      },
    });
  }

  /** Returns whether the result belongs to a run of the leader. Only exit code 0 counts (rule 8). */
  result(result: FenceResult): boolean {
    const running = this.running.get(result.runId);
    if (!running) return false;
    this.running.delete(result.runId);
    const ok = result.rcCode === 0 && !result.timedOut;
    const problem = result.timedOut
      ? 'the fence agent timed out'
      : `the fence agent gave ${result.rcCode ?? 'no'}`;
    this.answer(running.leader, running.command, ok, ok ? '' : (result.reason ?? problem));
    return true;
  }

  private answer(leader: string, { term, attempt }: FenceCommand, ok: boolean, problem: string): void {
    this.context.outbox.send(leader, { kind: 'fenceAnswer', term, attempt, ok, problem });
  }
}
