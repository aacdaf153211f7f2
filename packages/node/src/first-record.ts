import type { MemberContact } from '@holdfast/protocol';

/** Key of the record that makes an empty store a member's store. The daemon writes it once; the node never changes it. */
export const FIRST_RECORD_KEY = 'member';

/**
 * What the daemon writes before a member's first `start`: by `cluster init` (`founder`) or after the leader has let it
 * join (`joiner`). A founder with no log entries makes itself the only voter; a joiner waits as a learner for the log.
 * `start` without this record is an error of the caller.
 */
export interface FirstRecord {
  readonly origin: 'founder' | 'joiner';
  readonly clusterUuid: string;
  readonly clusterName: string;
  readonly name: string;
  readonly peerId: string;
  /** Whom to connect to until the member list is read from the log. Includes this member. */
  readonly members: readonly MemberContact[];
}
