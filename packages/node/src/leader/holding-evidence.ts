import type { ResourceHistory } from '@holdfast/model';
import { isNotInstalled, provesNotPromoted, provesStopped } from '../member/operation-history.ts';
import { holdingSubject } from '../replicated/configuration-facts.ts';
import type { BoardEntry } from './member-board.ts';

/**
 * What a member's reports say about a holding: `held` it is there, `released` it is certainly not. An agent that is
 * missing tells nothing, but what a life had that ended with an earlier boot of the machine is not there.
 *
 * @param life of the member that has the holding
 */
export function judge(
  entry: BoardEntry,
  holding: string,
  life = entry.incarnation,
): 'held' | 'released' | 'unknown' {
  const isAbsent = (history: ResourceHistory) => isNotInstalled(history) && life < entry.bootSince;
  const { resource, promotedRole } = holdingSubject(holding);
  if (!promotedRole) {
    const history = entry.histories.get(holding);
    if (!history) return 'unknown';
    if (provesStopped(history) || isAbsent(history)) return 'released';
    if (isNotInstalled(history)) return 'unknown';
    return isConclusive(history) ? 'held' : 'unknown';
  }
  // Any of the numbered instances of a unique clone may be the promoted one.
  const all = [...entry.histories.values()].filter(
    ({ id }) => id === resource || id.startsWith(`${resource}:`),
  );
  if (all.length === 0) return 'unknown';
  if (all.every((each) => provesNotPromoted(each) || isAbsent(each))) return 'released';
  return all.some((each) => isConclusive(each) && !provesNotPromoted(each)) ? 'held' : 'unknown';
}

function isConclusive(history: ResourceHistory): boolean {
  return history.operations.some(({ opStatus }) => opStatus >= 0);
}
