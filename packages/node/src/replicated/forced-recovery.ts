import { forceRecovery, newestMembers } from '@holdfast/consensus';
import { HoldfastError } from '@holdfast/model';
import type { StoredEntry, StoredState, StoreOperation } from '@holdfast/ports';
import { epochOf, raiseEpoch } from '@holdfast/protocol';
import { FIRST_RECORD_KEY, type FirstRecord } from '../first-record.ts';
import type { ReplicatedCommand } from './command.ts';
import { readConsensus, VOTE_KEY } from './stored-consensus.ts';

/** What an operator decided: who, and why. */
export interface RecoveryDecision {
  readonly operator: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/**
 * Rule 10: makes the member whose store this is the only voter, under a raised epoch, while it is not running. Gives
 * the one atomic batch that does it; the member is then started with what the store holds. Its first entry after the
 * new member list puts person, reason and possible loss on record (S11).
 *
 * @throws HoldfastError RECOVERY_REFUSED when the member has no vote
 */
export function forcedRecovery(
  stored: StoredState,
  first: FirstRecord,
  decision: RecoveryDecision,
): readonly StoreOperation[] {
  const before = readConsensus(stored);
  const { name: survivor } = first;
  const members = before && newestMembers(before);
  if (!before || !members?.voters.some(({ name }) => name === survivor)) {
    throw new HoldfastError('RECOVERY_REFUSED', { problem: `${survivor} has no vote` });
  }
  const cluster = raiseEpoch(first.clusterUuid);
  const epoch = epochOf(cluster);
  const { operator, reason, atMs } = decision;
  const after = forceRecovery(before, { survivor, epoch, operator, reason });
  const voters = after.entries.at(-1)!;
  const lastIndex = voters.index - 1;
  const command: ReplicatedCommand = { kind: 'recover', survivor, epoch, operator, reason, atMs, lastIndex };
  const record: StoredEntry = {
    index: voters.index + 1,
    term: after.term,
    kind: 'command',
    payload: { commands: [command] },
  };
  const { term, votedFor, commitIndex } = after;
  const renamed: FirstRecord = { ...first, clusterUuid: cluster };
  return [
    { op: 'append', entries: [voters, record] },
    { op: 'put', key: VOTE_KEY, value: { term, votedFor, commitIndex } },
    { op: 'put', key: FIRST_RECORD_KEY, value: renamed },
  ];
}
