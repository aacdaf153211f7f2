import { HoldfastError, LIMITS } from '@holdfast/model';
import type { ClusterState } from '../../state/cluster-state.ts';

/**
 * Counts that a constraint is about to be written out for so many resources or pairs of them. Sets, tags and patterns
 * name many with few words: of two sets of 10,000 each, every one waits for each of the other, which would be more than
 * all memory. Such a configuration is refused as a whole: without one of its constraints, resources could run where or
 * when they must not.
 * @throws HoldfastError CONSTRAINTS_TOO_MANY
 */
export function countPairs(state: ClusterState, constraintId: string, pairs: number): void {
  state.constrainedPairs += pairs;
  if (state.constrainedPairs > LIMITS.constrainedPairs)
    throw new HoldfastError('CONSTRAINTS_TOO_MANY', {
      constraint: constraintId,
      limit: String(LIMITS.constrainedPairs),
    });
}
