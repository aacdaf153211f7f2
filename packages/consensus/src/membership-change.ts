import { appendEntry, type Core } from './core.ts';
import { type MembersChangeNote, smallEntryBytes } from './entry.ts';
import { handsOver, hasCommittedOwnTerm, syncPeers } from './leadership.ts';
import { isMajority } from './quorum/quorum.ts';
import { findVoter, type Members, makeMembers, voter } from './quorum/voters.ts';
import type { Refused } from './refusal.ts';

/** One step of the member list (rules 4 and 13). `details` (proof, operator ...) is stored with it. */
export type MembershipChange =
  /** A new member begins to receive the log, without a vote. */
  | { readonly type: 'add-learner'; readonly member: string; readonly details?: unknown }
  | { readonly type: 'remove-learner'; readonly member: string; readonly details?: unknown }
  /** A learner that has caught up gets a vote of weight 1. */
  | {
      readonly type: 'promote';
      readonly member: string;
      readonly witness?: boolean;
      readonly details?: unknown;
    }
  /**
   * A voter of weight 1 becomes a learner: after proof of death, a clean leave, or by the operator (rule
   * 13). Committed by a majority of the old list too. To remove it for good, remove the learner then.
   */
  | { readonly type: 'demote'; readonly member: string; readonly details?: unknown };

/** Where something was put into the log. It counts once it comes back committed with this very term. */
export interface Proposed {
  readonly ok: true;
  /** Of the last proposed entry. */
  readonly index: number;
  readonly firstIndex: number;
  readonly term: number;
}

/** Proposes one step. The caller sees it done when it comes back in `committed`. */
export function proposeMembershipChange(core: Core, change: MembershipChange): Proposed | Refused {
  if (core.role !== 'leader') return { ok: false, reason: 'not-leader', leader: core.leader };
  if (handsOver(core)) return { ok: false, reason: 'transferring' };
  // Both barriers of rule 4. Without the second, leaders of two terms can each change the same list, and
  // the two outcomes have majorities that do not meet.
  if (core.log.members.index > core.commitIndex) return { ok: false, reason: 'change-in-progress' };
  if (!hasCommittedOwnTerm(core)) return { ok: false, reason: 'own-term-not-committed' };
  const next = applyChange(core, change);
  if ('ok' in next) return next;
  const { type: reason, member, details } = change;
  const note: MembersChangeNote = { reason, member, ...(details === undefined ? {} : { details }) };
  const index = core.log.lastIndex + 1;
  appendEntry(core, {
    index,
    term: core.term,
    kind: 'voters',
    payload: { members: next, note },
    bytes: smallEntryBytes,
  });
  core.uncommittedBytes += smallEntryBytes;
  syncPeers(core);
  return { ok: true, index, firstIndex: index, term: core.term };
}

function applyChange(core: Core, change: MembershipChange): Members | Refused {
  const { members } = core.log.members;
  const { voters, learners } = members;
  const current = findVoter(members, change.member);
  const learns = learners.includes(change.member);
  const withoutLearner = learners.filter((name) => name !== change.member);
  switch (change.type) {
    case 'add-learner':
      if (current !== undefined || learns) return { ok: false, reason: 'already-member' };
      return makeMembers(voters, [...learners, change.member]);
    case 'remove-learner':
      if (!learns) return { ok: false, reason: 'unknown-member' };
      return makeMembers(voters, withoutLearner);
    case 'promote': {
      if (current !== undefined) return { ok: false, reason: 'already-member' };
      if (!learns) return { ok: false, reason: 'unknown-member' };
      const next = makeMembers([...voters, voter(change.member, 1, change.witness ?? false)], withoutLearner);
      return mayPromote(core, change.member, next) ?? next;
    }
    case 'demote': {
      if (current === undefined) return { ok: false, reason: 'unknown-member' };
      if (current.weight !== 1) return { ok: false, reason: 'weight-not-one' };
      if (change.member === core.options.self) return { ok: false, reason: 'is-leader' };
      const others = voters.filter(({ name }) => name !== change.member);
      const next = makeMembers(others, [...learners, change.member]);
      return hasMajority(core, next) && hasMajority(core, members)
        ? next
        : { ok: false, reason: 'no-majority-after' };
    }
  }
}

function hasMajority(core: Core, { voters }: Members): boolean {
  return isMajority(voters, (name) => isReachable(core, name));
}

function mayPromote(core: Core, member: string, next: Members): Refused | undefined {
  const progress = core.peers.get(member);
  const lag = core.log.lastIndex - (progress?.matchIndex ?? 0);
  if (!isReachable(core, member) || lag > core.options.promotionLagEntries) {
    return { ok: false, reason: 'not-caught-up' };
  }
  return hasMajority(core, next) ? undefined : { ok: false, reason: 'no-majority-after' };
}

/** Whether a member has answered within the election timeout. */
export function isReachable(core: Core, member: string): boolean {
  if (member === core.options.self) return true;
  const progress = core.peers.get(member);
  return progress !== undefined && core.nowMs - progress.lastReplyMs <= core.options.electionTimeoutMinMs;
}
