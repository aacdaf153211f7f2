/**
 * Why something was not done. Nothing has been changed.
 *
 * - `not-leader`: ask `leader`, if it is known.
 * - `transferring`: leadership is being handed over (a witness always does); try again at the next leader.
 * - `overloaded`: too much is uncommitted or waiting already; try again later.
 * - `own-term-not-committed`, `change-in-progress`: rule 4; try again after the next commit.
 * - `not-caught-up`: the member lacks too much of the log, or did not answer lately.
 * - `no-majority-after`: the members that answer are no majority of the new list, or of the old one.
 * - `is-leader`: transfer leadership first.
 * - `not-half`, `list-not-committed`: the conditions of rule 9 are not met by this log.
 */
export type RefusalReason =
  | 'not-leader'
  | 'transferring'
  | 'overloaded'
  | 'own-term-not-committed'
  | 'change-in-progress'
  | 'unknown-member'
  | 'already-member'
  | 'weight-not-one'
  | 'not-caught-up'
  | 'no-majority-after'
  | 'is-leader'
  | 'not-half'
  | 'list-not-committed';

/** A refused request. */
export interface Refused {
  readonly ok: false;
  readonly reason: RefusalReason;
  readonly leader?: string | undefined;
}
