/** @holdfast/consensus: terms, elections, replicated log, quorum. See README.md. */
export { Consensus, type Proposal } from './consensus.ts';
export type { MemberProgress } from './consensus-view.ts';
export {
  type CommandEntry,
  type Entry,
  type MembersChangeNote,
  type NoopEntry,
  type Snapshot,
  smallEntryBytes,
  type VotersEntry,
  type VotersPayload,
} from './entry.ts';
export type { MembershipChange, Proposed } from './membership-change.ts';
export type * from './message.ts';
export { isConsensusMessage } from './message-check.ts';
export type { ConsensusOptions } from './options.ts';
export type { ConsensusEvent, Outputs, ReadState, Role } from './outputs.ts';
export {
  bootstrapState,
  emptyState,
  type ForcedRecovery,
  forceRecovery,
  newestMembers,
  type PersistBatch,
  type PersistentState,
} from './persistent-state.ts';
export { joinPledges, type Pledge } from './pledge.ts';
export * from './quorum/quorum.ts';
export * from './quorum/voters.ts';
export type { RefusalReason, Refused } from './refusal.ts';
export type { SoleVoterFacts, SoleVoterStarted } from './sole-voter.ts';
