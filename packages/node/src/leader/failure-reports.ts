import type { FailureReport } from '@holdfast/protocol';
import { OCF } from '../member/operation-result.ts';
import type { NodeContext } from '../node-context.ts';
import type { Leadership } from './leadership.ts';
import type { BoardEntry } from './member-board.ts';

/** What failed on each member, and how often: from the records, and from counts that outlived their record. */
export function failureReports({ replica }: NodeContext, { board }: Leadership): FailureReport[] {
  const failures: FailureReport[] = [];
  for (const { name, incarnation } of replica.state.members.values()) {
    const entry = board.current(name, incarnation);
    if (entry) failures.push(...recorded(name, entry), ...onlyCounted(name, entry));
  }
  return failures;
}

function recorded(node: string, { histories, attributes }: BoardEntry): FailureReport[] {
  const failures: FailureReport[] = [];
  for (const history of histories.values()) {
    for (const record of history.operations) {
      if (!record.id.endsWith('_last_failure_0')) continue;
      failures.push({
        resource: history.id,
        node,
        operation: record.operation,
        rcCode: record.rcCode,
        exitReason: record.exitReason ?? null,
        failCount: countOf(attributes[`fail-count-${history.id}#${record.operation}_${record.intervalMs}`]),
        atMs: (record.lastRcChange ?? 0) * 1000,
      });
    }
  }
  return failures;
}

/** The daemon that saw it fail was another life, or another failure of the resource came later. */
function onlyCounted(node: string, { histories, attributes }: BoardEntry): FailureReport[] {
  const failures: FailureReport[] = [];
  for (const [name, value] of Object.entries(attributes)) {
    if (!name.startsWith('fail-count-')) continue;
    const found = /^fail-count-((.+)#(.+)_(\d+))$/.exec(name);
    const [, key = '', resource = '', operation = '', intervalMs] = found ?? [];
    if (!found) continue;
    const failure = histories.get(resource)?.operations.find(({ id }) => id === `${resource}_last_failure_0`);
    if (failure?.operation === operation && failure.intervalMs === Number(intervalMs)) continue;
    failures.push({
      resource,
      node,
      operation,
      rcCode: OCF.unknown,
      exitReason: null,
      failCount: countOf(value),
      atMs: Number(attributes[`last-failure-${key}`] ?? 0) * 1000,
    });
  }
  return failures;
}

function countOf(value: string | undefined): number {
  return value === 'INFINITY' ? 1_000_000 : Number(value ?? 0);
}
