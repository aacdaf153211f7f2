import { assert } from '@holdfast/ports';
import { appendEntry, type Core, isVoter, isWitness } from './core.ts';
import { stand } from './election.ts';
import { smallEntryBytes } from './entry.ts';
import { isExactlyHalf } from './quorum/quorum.ts';
import { findVoter, makeMembers } from './quorum/voters.ts';
import type { Refused } from './refusal.ts';

/** The verified facts on which one of two voters goes on alone (rule 9). The caller vouches for them. */
export interface SoleVoterFacts {
  /** This member's incarnation now. */
  readonly incarnation: number;
  /** Condition (i): when this member last had authority together with the other one. */
  readonly authority: {
    /** Its incarnation at that time; must be the present one. */
    readonly incarnation: number;
    /** `committedMembers.index` at that time; must be the same now. */
    readonly membersIndex: number;
    /** Newest incarnation of the other member that this one has joined with. */
    readonly peerIncarnation: number;
  };
  /** Condition (ii). */
  readonly proof: {
    readonly target: string;
    readonly targetIncarnation: number;
    /** Power or virtual machine. Fabric fencing and watchdog time never count here (rules 11, 18). */
    readonly method: 'off' | 'reset';
    readonly device: string;
    /** For the record only. */
    readonly confirmedAt: string;
  };
}

/** The list was written; it is in force for others only when it comes back in `committed` (condition iii). */
export interface SoleVoterStarted {
  readonly ok: true;
  readonly index: number;
  readonly term: number;
}

/**
 * Rule 9: with exactly two voters of equal weight, makes this member the only voter after proof that the
 * other is dead, which becomes a learner. Everything acknowledged under two of two voters is in this log,
 * so nothing is lost. Opens a new term and stands for election in it; leadership and commit follow once
 * term, vote and list are on disk.
 *
 * @returns a refusal when the log does not allow it (now)
 * @throws AssertionFailure when the facts contradict each other: acting on them could make two sole voters
 */
export function commitSoleVoter(core: Core, facts: SoleVoterFacts): SoleVoterStarted | Refused {
  const { self } = core.options;
  const { members, index: membersIndex } = core.log.membersAt(core.commitIndex);
  if (members.voters.length !== 2 || !isVoter(core)) return { ok: false, reason: 'not-half' };
  if (!isExactlyHalf(members.voters, (name) => name === self)) return { ok: false, reason: 'not-half' };
  if (isWitness(core)) return { ok: false, reason: 'not-half' };
  // A list that is not known to be committed may be the one by which others decide, unless nobody but these
  // two has a vote in it.
  const latest = core.log.members.members;
  if (latest.voters.some(({ name }) => findVoter(members, name) === undefined)) {
    return { ok: false, reason: 'list-not-committed' };
  }
  const other = members.voters.find(({ name }) => name !== self);
  const own = members.voters.find(({ name }) => name === self);
  assert(other !== undefined && own !== undefined, 'two voters, one of them this member');
  const { authority, proof, incarnation } = facts;
  assert(authority.incarnation === incarnation, 'authority was held in this incarnation (rule 9 i)', {
    facts,
  });
  assert(authority.membersIndex === membersIndex, 'authority was held under this list (rule 9 i)', {
    facts,
    membersIndex,
  });
  assert(proof.target === other.name, 'the proof names the other voter (rule 9 ii)', { facts });
  assert(proof.method === 'off' || proof.method === 'reset', 'the proof is about power (rule 9 ii)', {
    facts,
  });
  assert(
    proof.targetIncarnation >= authority.peerIncarnation,
    'the proof is not older than the last joining',
    {
      facts,
    },
  );
  stand(core);
  const learners = latest.learners.filter((name) => name !== other.name);
  const next = makeMembers([{ ...own, weight: 1 }], [...learners, other.name]);
  const index = core.log.lastIndex + 1;
  appendEntry(core, {
    index,
    term: core.term,
    kind: 'voters',
    payload: { members: next, note: { reason: 'sole-voter', member: other.name, details: facts } },
    bytes: smallEntryBytes,
  });
  return { ok: true, index, term: core.term };
}
