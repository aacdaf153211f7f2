import { createHash } from 'node:crypto';
import type { OperationRecord, Primitive, ResourceHistory } from '@holdfast/model';
import { GENERATED_NOW } from './generated-now.ts';

/** One operation that a node has run. */
export interface Step {
  readonly task: string;
  readonly intervalMs?: number;
  readonly rc: number;
  readonly expected?: number;
  /** Not finished yet. */
  readonly pending?: boolean;
  readonly source?: string;
  readonly target?: string;
}

export interface HistoryInit {
  readonly primitive: Primitive;
  /** Name of the instance on this node. */
  readonly id: string;
  readonly node: string;
  readonly steps: readonly Step[];
  /** What the executor is said to have used differs from the configuration: `full` or only reloadable parameters. */
  readonly changed?: 'full' | 'reloadable' | undefined;
  /** Leave digests out. */
  readonly withoutDigests?: boolean;
  /** The newest result is as old as this, in seconds. */
  readonly ageSeconds: number;
}

/** The digest an executor would have recorded; recurring operations hold their timeout too. */
function digestOf(primitive: Primitive, task: string, intervalMs: number): string {
  const values = new Map(
    primitive.params.flatMap(({ pairs }) => pairs.map(({ name, value }) => [name, value])),
  );
  if (intervalMs > 0) {
    const seconds = String(intervalMs / 1000);
    const config = primitive.operations.find(
      ({ name, attributes }) => name === task && attributes['interval'] === `${seconds}s`,
    );
    values.set('CRM_meta_timeout', `${Number.parseInt(config?.attributes['timeout'] ?? '20', 10)}000`);
  }
  const text = [...values]
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .map(([name, value]) => ` ${name}="${value}"`);
  return md5(text.join(''));
}

function md5(parameters: string): string {
  return createHash('md5').update(` <parameters${parameters}/>\n`).digest('hex');
}

/** The history of one resource on one node, as the executor keeps it. */
export function makeHistory(init: HistoryInit): ResourceHistory {
  const { primitive, id } = init;
  const operations = init.steps.map((step, index) => makeRecord(init, step, index));
  // A later result of the same id takes the place of the earlier one, as the executor keeps them.
  const last = operations.filter(
    (operation, index) => !operations.slice(index + 1).some(({ id: later }) => later === operation.id),
  );
  return {
    id,
    class: primitive.class ?? 'ocf',
    ...(primitive.class === 'stonith' ? {} : { provider: primitive.provider ?? 'pacemaker' }),
    type: primitive.type ?? 'Dummy',
    operations: last,
  };
}

function makeRecord(init: HistoryInit, step: Step, index: number): OperationRecord {
  const { primitive, id, node } = init;
  const { task, intervalMs = 0, rc, expected = 0, pending = false } = step;
  const failed =
    !pending && rc !== expected && !(task === 'monitor' && intervalMs === 0 && (rc === 0 || rc === 8));
  const key = `${index + 1}:1:${expected}:11111111-2222-3333-4444-555555555555`;
  const status = pending ? -1 : 0;
  const code = pending ? 193 : rc;
  return {
    id: `${id}_${failed ? 'last_failure_0' : intervalMs > 0 ? `${task}_${intervalMs}` : 'last_0'}`,
    operation: task,
    operationKey: `${id}_${task}_${intervalMs}`,
    intervalMs,
    callId: pending ? -1 : index + 1,
    rcCode: code,
    opStatus: status,
    transitionKey: key,
    transitionMagic: `${status}:${code};${key}`,
    onNode: node,
    lastRcChange: GENERATED_NOW - init.ageSeconds + index,
    execTimeMs: 1,
    queueTimeMs: 0,
    ...(step.source === undefined ? {} : { migrateSource: step.source }),
    ...(step.target === undefined ? {} : { migrateTarget: step.target }),
    ...(init.withoutDigests ? {} : digests(init, primitive, task, intervalMs)),
    extra: { crm_feature_set: '3.16.0' },
  };
}

function digests(
  { changed }: HistoryInit,
  primitive: Primitive,
  task: string,
  intervalMs: number,
): Partial<OperationRecord> {
  const now = digestOf(primitive, task, intervalMs);
  if (changed === undefined) return { opDigest: now };
  const before = md5(' fake="earlier"');
  if (changed === 'full' || intervalMs > 0 || task !== 'start') return { opDigest: before };
  // Everything but what needs a restart (nothing) has changed: a reload will do.
  return { opDigest: before, opForceRestart: ' state ', opRestartDigest: md5('') };
}
