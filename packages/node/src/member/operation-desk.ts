import type { GraphAction } from '@holdfast/model';
import type { AgentResult, FenceResult } from '@holdfast/ports';
import type { Command, CommandResult } from '@holdfast/protocol';
import type { Outbox } from '../outbox.ts';
import { holdingSubject } from '../replicated/configuration-facts.ts';
import { transitionKey } from '../transition-key.ts';
import { AgentKnowledge } from './agent-knowledge.ts';
import { ChangeLog } from './change-log.ts';
import { CommandIntake } from './command-intake.ts';
import { makeJob } from './command-job.ts';
import { agentResultOf, runDevice } from './device-operations.ts';
import type { MemberFacts } from './member-facts.ts';
import type { MemberMemory } from './member-memory.ts';
import { hasFailed, OCF, OP_STATUS } from './operation-result.ts';
import { type Job, type Recurring, type ResourceSlot, STARTING } from './resource-slot.ts';
import { ResourceSlots } from './resource-slots.ts';
import type { RunIds } from './run-ids.ts';
import { TransientAttributes } from './transient-attributes.ts';

/** What changes a resource's state and so ends its recurring operations. */
const CHANGING: ReadonlySet<string> = new Set([...STARTING, 'stop', 'demote']);

/** What a live migration ends with whose target has ended: as if its agent had found that out. */
const TARGET_ENDED = { opStatus: OP_STATUS.error, rcCode: OCF.unknown, exitReason: 'its target has ended' };

/** What a word that a resource has stopped comes to while a start of it could not be ended. */
const UNENDED = {
  opStatus: OP_STATUS.error,
  rcCode: OCF.error,
  exitReason: 'a start could not be ended and may still take effect',
};

/** Executes commands on this member: rule 7, one job at a time per resource, recurring operations, records. */
export class OperationDesk {
  readonly changes: ChangeLog;
  readonly intake: CommandIntake;
  readonly attributes: TransientAttributes;
  readonly slots: ResourceSlots;
  private readonly agents: AgentKnowledge;
  private readonly facts: MemberFacts;
  private readonly outbox: Outbox;
  private readonly runs = new Map<number, ResourceSlot>();
  private readonly runIds: RunIds;
  /** Results of operations that need no process: fence devices are stopped and probed in memory. */
  private instant: AgentResult[] = [];
  /** Runs that this member has ended itself and whose result is still to come. */
  private readonly ending = new Map<number, 'authority' | 'target'>();
  lastCallId: number;
  private activations = 0;
  private dueMs = Number.POSITIVE_INFINITY;

  constructor(facts: MemberFacts, parts: { outbox: Outbox; runIds: RunIds; memory: MemberMemory }) {
    const { outbox, runIds, memory } = parts;
    this.facts = facts;
    this.changes = new ChangeLog((resource) => memory.note(resource));
    this.attributes = new TransientAttributes(memory.attributes);
    this.lastCallId = memory.lastCallId;
    this.agents = new AgentKnowledge(outbox, runIds);
    const { agents, changes, attributes } = this;
    this.slots = new ResourceSlots({ memory, agents, changes, attributes });
    this.intake = new CommandIntake(facts, this.changes);
    this.outbox = outbox;
    this.runIds = runIds;
  }

  /** Executes what has become possible or due. */
  advance(nowMs: number, wallMs: number): void {
    for (const command of this.intake.takeReady(nowMs)) this.admit(command, wallMs);
    if (nowMs >= this.dueMs) {
      for (const slot of this.slots.all()) {
        if (slot.nextDueMs() > nowMs) continue;
        for (const recurring of slot.recurring.values()) {
          if (recurring.nextAtMs > nowMs) continue;
          this.begin(slot, recurring.job, wallMs);
          break;
        }
      }
      this.findNextDue();
    }
    for (let ended = this.instant.shift(); ended; ended = this.instant.shift()) {
      this.result(ended, nowMs, wallMs);
    }
  }

  nextDeadlineMs(): number {
    return Math.min(this.dueMs, this.intake.nextDeadlineMs());
  }

  result(result: AgentResult, nowMs: number, wallMs: number): void {
    if (this.agents.result(result)) {
      this.slots.completeHistories();
      return;
    }
    const slot = this.runs.get(result.runId);
    const running = slot?.running;
    this.runs.delete(result.runId);
    if (!slot || running?.runId !== result.runId) return;
    slot.running = null;
    this.finish(slot, running, result, nowMs, Math.floor(wallMs / 1000));
    this.beginNext(slot, nowMs, wallMs);
    this.findNextDue();
  }

  /** Queued and not begun starts end as refused: authority is gone (rule 15). */
  refuseStarts(reason: string): void {
    this.intake.refuseStarts(reason);
    for (const slot of this.slots.all()) {
      for (const job of slot.queue.filter(({ operation }) => STARTING.has(operation))) {
        slot.queue.splice(slot.queue.indexOf(job), 1);
        this.answerJob(job, 'refused', OCF.unknown, reason);
      }
    }
  }

  /**
   * Rule 15: ends starts under way, and what only looks at the resources that are to stop, so that the stops need not
   * wait for them. Each is asked once.
   */
  makeWayForStops(toStop: readonly string[]): void {
    for (const { id, running } of this.slots.all()) {
      if (!running || this.ending.has(running.runId)) continue;
      const { operation } = running.job;
      if (!STARTING.has(operation) && !(operation === 'monitor' && toStop.includes(id))) continue;
      this.end(running.runId, 'authority');
    }
  }

  /**
   * Ends first halves of live migrations to targets that may not get the service any more. One that takes long could
   * still reach a machine that was reset: as soon as it has booted again, behind the back of its next life.
   */
  endMigrations(mayGet: (resource: string, target: string) => boolean): void {
    for (const { id, running } of this.runs.values()) {
      if (running?.job.operation !== 'migrate_to' || this.ending.has(running.runId)) continue;
      const target = running.job.action.attributes.CRM_meta_migrate_target ?? '';
      if (!mayGet(id, target)) this.end(running.runId, 'target');
    }
  }

  private end(runId: number, because: 'authority' | 'target'): void {
    this.ending.set(runId, because);
    this.outbox.emit({ kind: 'cancelAgent', runId });
  }

  /** Rule 15: stops (or demotes) a resource on this member's own account. */
  runLocally(resource: string, operation: 'stop' | 'demote', timeoutMs: number, wallMs: number): void {
    const slot = this.slots.toStop(resource);
    if (!slot) return;
    const action: GraphAction = {
      ...slot.lastAction,
      id: 0,
      operation,
      operationKey: `${resource}_${operation}_0`,
      attributes: { ...slot.lastAction.attributes, CRM_meta_timeout: String(timeoutMs) },
    };
    const key = transitionKey({ action: 0, transition: 0, targetRc: 0, term: 0 });
    const job: Job = {
      action,
      operation,
      intervalMs: 0,
      timeoutMs,
      targetRc: 0,
      token: null,
      transitionKey: key,
    };
    this.enqueue(slot, job, wallMs);
  }

  private admit(command: Command, wallMs: number): void {
    const { action } = command;
    const { resource, operation } = action;
    if (!resource) return;
    switch (operation) {
      case 'cancel':
        this.cancel(command, wallMs);
        return;
      case 'clear_failcount':
        this.slots.cleanup(resource.id);
        this.intake.answer(command, 'done', OCF.ok, null);
        return;
      case 'delete':
      case 'lrm_delete':
        this.slots.forget(resource.id);
        this.intake.answer(command, 'done', OCF.ok, null);
        return;
      default:
        this.enqueue(this.slots.open(action, resource), makeJob(command), wallMs);
    }
  }

  private enqueue(slot: ResourceSlot, job: Job, wallMs: number): void {
    if (job.intervalMs > 0) {
      const key = `${job.operation}_${job.intervalMs}`;
      slot.recurring.set(key, { job, nextAtMs: Number.POSITIVE_INFINITY, reported: undefined });
    } else if (CHANGING.has(job.operation)) {
      this.endRecurring(slot);
    }
    if (slot.running) slot.queue.push(job);
    else this.begin(slot, job, wallMs);
  }

  private endRecurring(slot: ResourceSlot): void {
    for (const [, { job }] of slot.recurring) {
      slot.history.forgetRecurring(job.operation, job.intervalMs);
      this.changes.changed(slot.id);
    }
    slot.recurring.clear();
    const { running } = slot;
    if (running && running.job.token === null && running.job.intervalMs > 0) {
      this.outbox.emit({ kind: 'cancelAgent', runId: running.runId });
    }
  }

  private beginNext(slot: ResourceSlot, nowMs: number, wallMs: number): void {
    while (slot.running === null) {
      const job = slot.queue.shift();
      if (!job) return;
      // It may have become void while it waited.
      const refusal =
        job.token && STARTING.has(job.operation)
          ? this.intake.refusal({ token: job.token, action: job.action }, nowMs)
          : null;
      if (refusal === null) this.begin(slot, job, wallMs);
      else this.answerJob(job, 'refused', OCF.unknown, refusal);
    }
  }

  private begin(slot: ResourceSlot, job: Job, wallMs: number): void {
    const runId = this.runIds.next();
    const beganAt = Math.floor(wallMs / 1000);
    const { resource } = slot.history;
    slot.running = { runId, job, callId: ++this.lastCallId, beganAt };
    this.runs.set(runId, slot);
    if (STARTING.has(job.operation)) slot.activeSince = slot.activeSince || ++this.activations;
    // What this member stops on its own account is on its way down for others, too.
    if (job.intervalMs === 0) {
      slot.history.recordPending(this.executed(slot, job, slot.running.callId, beganAt, -1));
      this.changes.changed(slot.id);
    }
    if (resource.class === 'stonith') {
      const instant = runDevice(slot, job, runId, this.outbox);
      if (instant) this.instant.push(instant);
      return;
    }
    if (job.operation === 'start') this.agents.want(resource);
    this.outbox.emit({
      kind: 'runAgent',
      run: {
        runId,
        class: resource.class,
        ...(resource.provider ? { provider: resource.provider } : {}),
        type: resource.type,
        resource: resource.id,
        operation: job.operation,
        intervalMs: job.intervalMs,
        timeoutMs: job.timeoutMs,
        attributes: job.action.attributes,
      },
    });
  }

  /** The answer of a fence agent that was started for a device resource. Returns whether it was one. */
  deviceResult(result: FenceResult, nowMs: number, wallMs: number): boolean {
    const slot = this.runs.get(result.runId);
    if (!slot) return false;
    this.result(agentResultOf(slot, result), nowMs, wallMs);
    return true;
  }

  private finish(
    slot: ResourceSlot,
    running: NonNullable<ResourceSlot['running']>,
    told: AgentResult,
    nowMs: number,
    wallSeconds: number,
  ): void {
    const { job, callId, beganAt } = running;
    const because = told.opStatus === OP_STATUS.cancelled ? this.ending.get(running.runId) : undefined;
    this.ending.delete(running.runId);
    const isEnded = because === 'authority';
    const result = because === 'target' ? { ...told, ...TARGET_ENDED } : doubted(slot, job, told);
    if (told.unknown && STARTING.has(job.operation)) slot.unended = true;
    const recurring = slot.recurring.get(`${job.operation}_${job.intervalMs}`);
    if (job.intervalMs > 0 && recurring) recurring.nextAtMs = nowMs + job.intervalMs;
    // Cancelled for a newer command, or no longer wanted: it says nothing about the resource.
    if (job.intervalMs > 0 && (!recurring || result.opStatus === OP_STATUS.cancelled)) {
      if (job.token) this.answerJob(job, 'failed', result.rcCode, 'cancelled');
      return;
    }
    this.noteActivity(slot, job, result);
    if (isEnded) {
      // Ended by this member, not failed; whether it took effect is open, and the stop that follows will tell.
      slot.history.record(this.executed(slot, job, callId, beganAt, result.opStatus), result, wallSeconds);
      this.changes.changed(slot.id);
      this.answerJob(job, 'failed', result.rcCode, 'ended because authority was lost');
      // A probe without an answer is no record at all: there will be another.
      if (job.operation === 'monitor') this.slots.forget(slot.id);
      return;
    }
    if (recurring && job.intervalMs > 0 && !this.isNews(recurring, result) && !isUnanswered(job, recurring))
      return;
    const failed = hasFailed(result.opStatus, result.rcCode, job.targetRc);
    if (job.operation !== 'notify') {
      slot.history.record(this.executed(slot, job, callId, beganAt, result.opStatus), result, wallSeconds);
      this.changes.changed(slot.id);
    }
    if (failed) this.countFailure(slot, job, result, wallSeconds);
    if (job.token && !recurring?.reported) {
      this.answerJob(job, failed ? 'failed' : 'done', result.rcCode, result.exitReason ?? null);
    } else {
      this.changes.unsolicited = true;
    }
    if (recurring && job.intervalMs > 0)
      recurring.reported = { rcCode: result.rcCode, opStatus: result.opStatus };
  }

  private isNews(recurring: Recurring, result: AgentResult): boolean {
    const { reported } = recurring;
    return reported?.rcCode !== result.rcCode || reported.opStatus !== result.opStatus;
  }

  /** A missing agent cannot tell; where nothing of the resource was ever granted it does not run. */
  private noteActivity(slot: ResourceSlot, job: Job, result: AgentResult): void {
    const isProbe = job.operation === 'monitor' && job.intervalMs === 0;
    const absent =
      isProbe && result.rcCode === OCF.notInstalled && !this.facts.mayHold(holdingSubject(slot.id).resource);
    if (saysStopped(job, result) || absent) slot.activeSince = 0;
    else if (job.operation !== 'notify') slot.activeSince = slot.activeSince || ++this.activations;
  }

  private countFailure(slot: ResourceSlot, job: Job, result: AgentResult, wallSeconds: number): void {
    const isProbe = job.operation === 'monitor' && job.intervalMs === 0;
    if (isProbe || job.operation === 'notify') return;
    const fatal = job.operation === 'stop' || (job.operation === 'start' && this.facts.startFailureIsFatal);
    const { operation, intervalMs } = job;
    this.attributes.countFailure({ resource: slot.id, operation, intervalMs, fatal, wallSeconds });
    this.outbox.log('warn', 'operation-failed', `${operation} of ${slot.id} failed`, {
      resource: slot.id,
      operation,
      intervalMs,
      rcCode: result.rcCode,
      opStatus: result.opStatus,
      reason: result.exitReason ?? null,
    });
  }

  private cancel(command: Command, wallMs: number): void {
    const { action } = command;
    const operation = action.attributes.CRM_meta_operation ?? 'monitor';
    const intervalMs = Number(action.attributes.CRM_meta_interval ?? 0);
    const slot = action.resource ? this.slots.get(action.resource.id) : undefined;
    if (slot?.recurring.delete(`${operation}_${intervalMs}`)) {
      slot.history.forgetRecurring(operation, intervalMs);
      this.changes.changed(slot.id);
      this.findNextDue();
    }
    this.outbox.log('debug', 'monitor-cancelled', `cancelled ${action.operationKey}`, { wallMs });
    this.intake.answer(command, 'done', OCF.ok, null);
  }

  private executed(slot: ResourceSlot, job: Job, callId: number, beganAt: number, status: number) {
    return {
      action: job.action,
      operation: job.operation,
      intervalMs: job.intervalMs,
      callId: status === OP_STATUS.pending ? -1 : callId,
      targetRc: job.targetRc,
      transitionKey: job.transitionKey,
      node: this.facts.name,
      beganAt,
      resource: slot.id,
    };
  }

  private answerJob(
    job: Job,
    outcome: CommandResult['outcome'],
    rcCode: number,
    reason: string | null,
  ): void {
    if (job.token) this.intake.answer({ token: job.token, action: job.action }, outcome, rcCode, reason);
  }

  private findNextDue(): void {
    this.dueMs = Number.POSITIVE_INFINITY;
    for (const slot of this.slots.all()) this.dueMs = Math.min(this.dueMs, slot.nextDueMs());
  }
}

function saysStopped({ operation }: Job, { opStatus, rcCode }: AgentResult): boolean {
  if (opStatus !== OP_STATUS.done) return false;
  return operation === 'stop' ? rcCode === OCF.ok : operation === 'monitor' && rcCode === OCF.notRunning;
}

/** What stopped while a start of it is still stuck in the kernel may be active a moment later. */
function doubted(slot: ResourceSlot, job: Job, result: AgentResult): AgentResult {
  return slot.unended && saysStopped(job, result) ? { ...result, ...UNENDED } : result;
}

function isUnanswered(job: Job, recurring: Recurring): boolean {
  return job.token !== null && recurring.reported === undefined;
}
