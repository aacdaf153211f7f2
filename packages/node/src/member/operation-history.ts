import type { GraphAction, OperationRecord, ResourceHistory } from '@holdfast/model';
import type { AgentResult } from '@holdfast/ports';
import type { AgentFacts } from './agent-knowledge.ts';
import { type OperationDigests, operationDigests } from './operation-digests.ts';
import { hasFailed, OCF, OP_STATUS } from './operation-result.ts';
import type { RememberedResource } from './remembered-resource.ts';

/** A successful reload counts as a start with the new parameters; a failed one as a check that failed. */
const RELOADS: ReadonlySet<string> = new Set(['reload', 'reload-agent']);

/** What a probe finds: running or not, in either role, well, degraded or failed. */
const FOUND: ReadonlySet<number> = new Set([OCF.ok, OCF.notRunning, OCF.promoted, 9, 190, 191]);

/** What identifies one execution for its record. */
export interface ExecutedOperation {
  readonly action: GraphAction;
  /** Name of the operation as recorded (`monitor`, `start`, ...). */
  readonly operation: string;
  readonly intervalMs: number;
  readonly callId: number;
  readonly targetRc: number;
  /** `action:transition:rc:uuid`. */
  readonly transitionKey: string;
  readonly node: string;
  /** Epoch seconds at which it began. */
  readonly beganAt: number;
}

/**
 * Operation records of one resource on this member, in the layout that CIB readers know: the last plain operation, the
 * last failure, one record per recurring operation, and one each for the two halves of a live migration.
 */
export class OperationHistory {
  readonly resource: NonNullable<GraphAction['resource']>;
  /** What the agent says of itself, once that is known. */
  private facts: AgentFacts | undefined;
  private readonly records = new Map<string, OperationRecord>();
  /** Records made before the agent was known, to be completed then. */
  private readonly incomplete = new Map<string, ExecutedOperation>();
  /** Of the parameters the service was started with, or found running with when nobody knows better. */
  private started: OperationDigests | undefined;
  /** Of an earlier life; becomes part of the history with the first probe of this one. */
  private remembered: RememberedResource | undefined;

  constructor(resource: NonNullable<GraphAction['resource']>, remembered?: RememberedResource) {
    this.resource = resource;
    this.remembered = remembered;
  }

  record(asked: ExecutedOperation, result: AgentResult, wallSeconds: number): void {
    const failed = hasFailed(result.opStatus, result.rcCode, asked.targetRc) && !isFinding(asked, result);
    const { id } = this.resource;
    const reloaded = failed ? 'monitor' : 'start';
    const executed = RELOADS.has(asked.operation) ? { ...asked, operation: reloaded } : asked;
    const { operation, intervalMs } = executed;
    const make = (recordId: string) => this.make(recordId, executed, result, wallSeconds);
    this.recall(result);
    if (operation === 'start' || operation === 'stop') this.forgetMigration();
    if (operation.startsWith('migrate_')) {
      this.put(make(`${id}_${operation}_0`));
    } else if (failed) {
      this.put(make(`${id}_last_failure_0`));
      if (intervalMs === 0) this.put(make(`${id}_last_0`));
    } else {
      this.put(make(intervalMs > 0 ? `${id}_${operation}_${intervalMs}` : `${id}_last_0`));
    }
  }

  /** The record of an operation under way, so that others see it as pending. */
  recordPending(executed: ExecutedOperation): void {
    const { id } = this.resource;
    if (executed.intervalMs > 0) return;
    const pending: AgentResult = {
      runId: 0,
      rcCode: OCF.unknown,
      opStatus: OP_STATUS.pending,
      execTimeMs: 0,
      queueTimeMs: 0,
    };
    const isMigration = executed.operation.startsWith('migrate_');
    const recordId = isMigration ? `${id}_${executed.operation}_0` : `${id}_last_0`;
    this.put(this.make(recordId, executed, pending, executed.beganAt));
  }

  /** The agent has told about itself. Returns whether records were completed. */
  complete(facts: AgentFacts): boolean {
    this.facts = facts;
    for (const [recordId, executed] of this.incomplete) {
      const record = this.records.get(recordId);
      if (!record) continue;
      const digests = operationDigests(executed.action, executed, facts);
      if (this.started?.opDigest !== undefined && this.started.opDigest === record.opDigest)
        this.started = digests;
      this.put({ ...record, ...digests });
    }
    const completed = this.incomplete.size > 0;
    this.incomplete.clear();
    return completed;
  }

  /** A recurring operation was cancelled. */
  forgetRecurring(operation: string, intervalMs: number): void {
    this.records.delete(`${this.resource.id}_${operation}_${intervalMs}`);
  }

  /** Started or stopped here since: what was sent off or taken in before is no half of a migration any more. */
  private forgetMigration(): void {
    for (const half of ['migrate_to', 'migrate_from']) this.records.delete(`${this.resource.id}_${half}_0`);
  }

  /** An operator has looked at the failure. */
  forgetFailures(): void {
    this.records.delete(`${this.resource.id}_last_failure_0`);
  }

  get hasFailure(): boolean {
    return this.records.has(`${this.resource.id}_last_failure_0`);
  }

  toResourceHistory(): ResourceHistory {
    const { id, provider, type } = this.resource;
    const operations = [...this.records.values()].sort((left, right) => left.callId - right.callId);
    return { id, class: this.resource.class, ...(provider ? { provider } : {}), type, operations };
  }

  /** What a later life of this member may know of this; undefined for nothing. */
  toRemember(): RememberedResource | undefined {
    if (this.remembered) return this.remembered;
    if (!this.started || provesStopped(this.toResourceHistory())) return undefined;
    const { id, provider, type } = this.resource;
    return { id, class: this.resource.class, ...(provider ? { provider } : {}), type, started: this.started };
  }

  /** The first result of this life: what is found running still runs with the parameters it was started with. */
  private recall(result: AgentResult): void {
    const { remembered } = this;
    this.remembered = undefined;
    if (remembered && isRunning(result)) this.started = remembered.started;
  }

  private make(
    recordId: string,
    executed: ExecutedOperation,
    result: AgentResult,
    wallSeconds: number,
  ): OperationRecord {
    const { operation, intervalMs, action } = executed;
    const isProbe = operation === 'monitor' && intervalMs === 0;
    const record = makeRecord(recordId, this.resource.id, executed, result, wallSeconds);
    if (isProbe && this.started) return { ...record, ...this.started };
    if (!this.facts) this.incomplete.set(recordId, executed);
    const digests = operationDigests(action, executed, this.facts);
    if (operation === 'start' || (isProbe && isRunning(result))) this.started = digests;
    return { ...record, ...digests };
  }

  private put(record: OperationRecord): void {
    this.records.set(record.id, record);
  }
}

/** A probe that found a clear state, expected or not, has not failed: an earlier failure stays the last one. */
function isFinding({ operation, intervalMs }: ExecutedOperation, { opStatus, rcCode }: AgentResult): boolean {
  if (operation !== 'monitor' || intervalMs > 0 || opStatus !== OP_STATUS.done) return false;
  return rcCode === OCF.ok || rcCode === OCF.promoted || rcCode === OCF.notRunning;
}

function isRunning({ rcCode }: AgentResult): boolean {
  return rcCode === OCF.ok || rcCode === OCF.promoted;
}

/**
 * Whether the newest conclusive record proves the resource stopped here: a stop that succeeded, or a monitor that
 * found it not running. A pending operation proves nothing, nor does an agent that is missing.
 */
export function provesStopped(history: ResourceHistory): boolean {
  const newest = newestRecord(history);
  if (newest?.opStatus !== OP_STATUS.done) return false;
  if (newest.operation === 'stop') return newest.rcCode === OCF.ok;
  return newest.operation === 'monitor' && newest.rcCode === OCF.notRunning;
}

/** Whether the newest record is a probe that could not tell, because the agent or what it needs is missing. */
export function isNotInstalled(history: ResourceHistory): boolean {
  const newest = newestRecord(history);
  return newest?.operation === 'monitor' && newest.intervalMs === 0 && newest.rcCode === OCF.notInstalled;
}

/** Whether the newest record is a probe that ended with an error: it has not found the resource here, nor missing. */
export function isFailedProbe(history: ResourceHistory): boolean {
  const newest = newestRecord(history);
  if (newest?.operation !== 'monitor' || newest.intervalMs > 0) return false;
  return newest.opStatus !== OP_STATUS.done || !FOUND.has(newest.rcCode);
}

/** Whether the newest record shows the copy here promoted. */
export function isFoundPromoted(history: ResourceHistory): boolean {
  const newest = newestRecord(history);
  return newest?.opStatus === OP_STATUS.done && newest.rcCode === OCF.promoted;
}

/** Whether the newest conclusive record proves the copy here not promoted, running or not. */
export function provesNotPromoted(history: ResourceHistory): boolean {
  if (provesStopped(history)) return true;
  const newest = newestRecord(history);
  if (newest?.opStatus !== OP_STATUS.done || newest.rcCode !== OCF.ok) return false;
  return newest.operation === 'start' || newest.operation === 'demote' || newest.operation === 'monitor';
}

/** The record that tells the present state: a pending one if there is any, else the newest that was not cancelled. */
export function newestRecord(history: ResourceHistory): OperationRecord | undefined {
  let newest: OperationRecord | undefined;
  for (const record of history.operations) {
    if (record.opStatus === OP_STATUS.pending) return record;
    if (record.operation === 'notify' || record.opStatus === OP_STATUS.cancelled) continue;
    if (!newest || record.callId >= newest.callId) newest = record;
  }
  return newest;
}

function makeRecord(
  recordId: string,
  resource: string,
  executed: ExecutedOperation,
  result: AgentResult,
  wallSeconds: number,
): OperationRecord {
  const { action, operation, intervalMs, transitionKey } = executed;
  const { CRM_meta_migrate_source: migrateSource, CRM_meta_migrate_target: migrateTarget } =
    action.attributes;
  return {
    id: recordId,
    operation,
    operationKey: `${resource}_${operation}_${intervalMs}`,
    intervalMs,
    callId: executed.callId,
    rcCode: result.rcCode,
    opStatus: result.opStatus,
    transitionKey,
    transitionMagic: `${result.opStatus}:${result.rcCode};${transitionKey}`,
    ...(result.exitReason ? { exitReason: result.exitReason } : {}),
    onNode: executed.node,
    lastRcChange: wallSeconds,
    ...(intervalMs === 0 ? { lastRun: executed.beganAt } : {}),
    execTimeMs: result.execTimeMs,
    queueTimeMs: result.queueTimeMs,
    ...(migrateSource === undefined ? {} : { migrateSource }),
    ...(migrateTarget === undefined ? {} : { migrateTarget }),
  };
}
