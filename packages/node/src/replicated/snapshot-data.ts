import { parseInSlices, type RevisionedConfiguration, readConfigurationInSlices } from '@holdfast/model';
import type { RecoveryReport } from '@holdfast/protocol';
import type { Holder } from './command.ts';
import type { AuditRecord, JoinTicket, MemberRecord, ProofRecord } from './member-record.ts';

/** What a snapshot of the replicated state holds, as JSON. */
export interface SnapshotData<C = unknown> {
  readonly members: readonly MemberRecord[];
  readonly tickets: readonly JoinTicket[];
  readonly holders: readonly (readonly [string, readonly Holder[]])[];
  readonly proofs: readonly ProofRecord[];
  readonly audits: readonly AuditRecord[];
  readonly configuration: C;
  readonly configIndex: number;
  readonly stopAll: boolean;
  readonly recovery: RecoveryReport | null;
  readonly featureLevel: number;
  /** Absent in snapshots from before there was such a thing: 0, and known. */
  readonly unsafeSince?: number;
  readonly unsafeKnown?: boolean;
  /** Absent when there is none. */
  readonly staged?: unknown;
  readonly hash: string;
}

/** A snapshot that was read. */
export type ReadSnapshot = SnapshotData<RevisionedConfiguration>;

/** Reads what `snapshotText` gave in slices, so that `restore` costs next to nothing. */
export function* readSnapshot(text: string): Generator<void, ReadSnapshot> {
  const data = (yield* parseInSlices(text)) as SnapshotData;
  yield;
  return { ...data, configuration: yield* readConfigurationInSlices(data.configuration) };
}
