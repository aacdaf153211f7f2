/** @holdfast/node: one whole cluster member, sans-I/O. See README.md. */

export { ClusterNode } from './cluster-node.ts';
export * from './first-record.ts';
export * from './io.ts';
export { OUTDATED_KEY } from './lives/life-check.ts';
export type { RememberedPeer } from './lives/peer-memory.ts';
export { decodePeerEnvelope } from './peer-envelope.ts';
export { failedPolicyAnswer, policyAnswer } from './policy-answer.ts';
export type { Holder, Holding, ReleaseEvidence, ReplicatedCommand } from './replicated/command.ts';
export { forcedRecovery, type RecoveryDecision } from './replicated/forced-recovery.ts';
export { STATUS_TOPIC } from './status-board.ts';
