import type { OperationRecord, ResourceHistory } from '@holdfast/model';
import { isNotInstalled } from '../member/operation-history.ts';
import { OCF, OP_STATUS } from '../member/operation-result.ts';
import { holdingSubject } from '../replicated/configuration-facts.ts';
import type { ReplicatedState } from '../replicated/replicated-state.ts';
import type { BoardEntry } from './member-board.ts';

const REASON = 'not installed any more, and it may still run here';

/**
 * An agent that is missing, or misses what it needs, cannot tell whether the service runs. Where nothing was ever
 * granted it does not, nor where the machine has booted since; the engine takes that for stopped. By the log a life on
 * this boot may have started it here, and what it needs may have been removed since: then the probe has failed, so that
 * the resource is to be stopped here, and the member is fenced when that fails, too.
 */
export function withUnsureProbes(
  state: ReplicatedState,
  node: string,
  { histories: told, bootSince }: BoardEntry,
): readonly ResourceHistory[] {
  const histories = [...told.values()];
  if (!histories.some(isNotInstalled)) return histories;
  const held = new Set<string>();
  for (const [instance, holders] of state.holders)
    if (holders.some((each) => each.node === node && each.incarnation >= bootSince))
      held.add(holdingSubject(instance).resource);
  return histories.map((history) => {
    const unsure = isNotInstalled(history) && held.has(holdingSubject(history.id).resource);
    return unsure ? { ...history, operations: history.operations.map(failed) } : history;
  });
}

function failed(record: OperationRecord): OperationRecord {
  if (record.operation !== 'monitor' || record.rcCode !== OCF.notInstalled) return record;
  const rcCode = OCF.error;
  const opStatus = OP_STATUS.error;
  const transitionMagic = `${opStatus}:${rcCode};${record.transitionKey}`;
  return { ...record, rcCode, opStatus, transitionMagic, exitReason: REASON };
}
