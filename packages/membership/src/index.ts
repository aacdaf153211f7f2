/** @holdfast/membership: who seems alive. See README.md. */
export { Membership, type PeerDefinition } from './membership.ts';
export type * from './message.ts';
export { isMembershipMessage } from './message-check.ts';
export type { MembershipOptions } from './options.ts';
export type {
  LinkView,
  MembershipEvent,
  OutboundMessage,
  Outputs,
  PeerState,
  PeerView,
} from './outputs.ts';
