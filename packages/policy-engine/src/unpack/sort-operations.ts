import type { OperationRecord } from '@holdfast/model';

/**
 * Operations in the order in which they were executed: by call id; those pending (call id -1) by the
 * transition they belong to. Each executor counts its calls for itself: of what was not run by the same one (inside a
 * guest, say, and on its host) the times are compared.
 */
export function sortOperations(operations: readonly OperationRecord[]): readonly OperationRecord[] {
  return operations.length < 2 ? operations : [...operations].sort(compareOperations);
}

/** Negative if `a` was executed before `b`. */
export function compareOperations(a: OperationRecord, b: OperationRecord): number {
  if (a.id === b.id) return 0;
  const aCall = a.callId;
  const bCall = b.callId;
  if (aCall === -1 && bCall === -1) return 0;
  if (aCall >= 0 && bCall >= 0) {
    if (aCall !== bCall && sameExecutor(a, b)) return aCall - bCall;
    const aTime = a.lastRcChange ?? -1;
    const bTime = b.lastRcChange ?? -1;
    if (aTime >= 0 && bTime >= 0) return aTime - bTime;
    return 0;
  }
  return comparePending(a, b);
}

function sameExecutor({ onNode: a }: OperationRecord, { onNode: b }: OperationRecord): boolean {
  return a === undefined || b === undefined || a.toLowerCase() === b.toLowerCase();
}

function comparePending(a: OperationRecord, b: OperationRecord): number {
  const aKey = transitionOf(a);
  const bKey = transitionOf(b);
  if (aKey === undefined || bKey === undefined) return 0;
  if (aKey.uuid !== bKey.uuid || aKey.transition === bKey.transition) {
    // Pending operations do not survive a change of the leader: the pending one is the newer.
    return b.callId === -1 ? -1 : 1;
  }
  if ((aKey.transition >= 0 && aKey.transition < bKey.transition) || bKey.transition === -1) return -1;
  return 1;
}

function transitionOf(record: OperationRecord): { transition: number; uuid: string } | undefined {
  const key = record.transitionKey ?? record.transitionMagic?.split(';', 2)[1];
  const parts = key?.split(':');
  if (parts === undefined || parts.length < 4) return undefined;
  return { transition: Number(parts[1]), uuid: parts.slice(3).join(':') };
}

/** The exit code that was expected of an operation; -1 if the history does not tell. */
export function expectedRc(record: OperationRecord): number {
  let key = record.transitionKey;
  let from = 0;
  if (key === undefined) {
    // `status:rc;key`, where a key has no semicolon.
    key = record.transitionMagic;
    if (key === undefined) return -1;
    from = key.indexOf(';') + 1;
    if (from === 0) return -1;
    const end = key.indexOf(';', from);
    if (end >= 0) key = key.slice(0, end);
  }
  // `action:transition:expected:uuid`
  const transition = key.indexOf(':', from);
  const expected = transition < 0 ? -1 : key.indexOf(':', transition + 1);
  const uuid = expected < 0 ? -1 : key.indexOf(':', expected + 1);
  if (uuid < 0) return -1;
  const value = Number(key.slice(expected + 1, uuid));
  return Number.isInteger(value) ? value : -1;
}
